namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>How far an escalation has come.</summary>
internal sealed class EscalationEntry
{
    /// <summary>When the next step is due; null when there is none.</summary>
    public DateTimeOffset? NextAt { get; set; }

    public int Step { get; set; }

    public int Round { get; set; }

    /// <summary>The alerts for which it is over, when it is.</summary>
    public HashSet<string>? Ended { get; set; }
}
