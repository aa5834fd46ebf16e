namespace Varai.Monitoring;

/// <summary>Alerts that are told together.</summary>
public sealed record AlertGroup
{
    /// <summary>Tells it from others; the <see cref="AlertNotification.GroupKey"/> of its notifications.</summary>
    public required string Key { get; init; }

    /// <summary>The receiver.</summary>
    public required string Receiver { get; init; }

    /// <summary>The labels that its alerts have in common because they are grouped by them.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Its alerts, those that fire first.</summary>
    public required IReadOnlyList<AlertGroupMember> Alerts { get; init; }

    /// <summary>When it is next looked whether there is something to tell.</summary>
    public required DateTimeOffset NextFlushAt { get; init; }

    /// <summary>When it was last told through any channel; <see langword="null"/> when it never was.</summary>
    public DateTimeOffset? NotifiedAt { get; init; }

    /// <summary>When the escalation policy takes its next step; <see langword="null"/> when none is to come.</summary>
    public DateTimeOffset? NextEscalationAt { get; init; }
}
