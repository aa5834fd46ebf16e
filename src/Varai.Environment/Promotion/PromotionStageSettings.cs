namespace Varai.Promotion;

/// <summary>What has to hold before something is promoted to a stage.</summary>
public sealed class PromotionStageSettings
{
    /// <summary>How many people must agree to a plan; its author does not count.</summary>
    /// <value>Default: 0; at most 100.</value>
    public int RequiredApprovals { get; set; }

    /// <summary>Who may agree.</summary>
    /// <value>Default: empty, anybody but the author.</value>
    public IList<string> Approvers { get; } = [];

    /// <summary>How long an approval counts.</summary>
    /// <value>Default: 1 day; from 1 minute to 365 days.</value>
    public TimeSpan ApprovalLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long the components must have been in the source as they are.</summary>
    /// <value>Default: 0; at most 365 days.</value>
    public TimeSpan SoakTime { get; set; }

    /// <summary>When nothing is promoted here: <c>0 16 * * FRI for 2.16:00:00 in Europe/Vienna</c>, a cron expression of five fields, how
    /// long each window lasts, and the time zone, which is UTC when it is left out.</summary>
    /// <value>Default: empty.</value>
    public IList<string> FreezeWindows { get; } = [];
}
