namespace Varai.Monitoring.Notifications;

/// <summary>Keeps alerts from being told while another fires, as warnings of a machine that is down.</summary>
public sealed class AlertInhibitRuleSettings
{
    /// <summary>What the alert that keeps others back is like.</summary>
    /// <value>Required: at least one, such as <c>severity="critical"</c>.</value>
    public IList<string> SourceMatchers { get; } = [];

    /// <summary>What the alerts are like that are kept back. An alert that is like both keeps nothing back that is like both.</summary>
    /// <value>Required: at least one.</value>
    public IList<string> TargetMatchers { get; } = [];

    /// <summary>The labels that both must have with the same value; absent is the same as empty.</summary>
    /// <value>Default: none.</value>
    public IList<string> Equal { get; } = [];
}
