namespace Varai.Monitoring;

/// <summary>How alert rules are evaluated; bound from the section <c>Varai:AlertRules</c> and checked when the host starts.</summary>
public sealed class AlertRulesOptions
{
    /// <summary>The section they are bound from.</summary>
    public const string SectionName = "Varai:AlertRules";

    /// <summary>How often all rules are evaluated.</summary>
    /// <value>1 second to 1 hour. Default: 10 seconds.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an alert that fires is told to the dispatcher again. One that is not told for four times as long, or for four
    /// intervals where those are longer, counts as ended there.</summary>
    /// <value>1 second to 1 hour. Default: 1 minute.</value>
    public TimeSpan ResendDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The name under which this process remembers its alerts over a restart. Processes that share a state store and run on one
    /// machine need names of their own.</summary>
    /// <value>1 to 200 characters. Default: <see langword="null"/>, the machine's name.</value>
    public string? Instance { get; set; }

    /// <summary>How long a process may have been away for a pending alert to go on waiting where it was. One that fires is remembered
    /// anyway.</summary>
    /// <value>Zero to 1 day. Default: 1 hour.</value>
    public TimeSpan OutageTolerance { get; set; } = TimeSpan.FromHours(1);
}
