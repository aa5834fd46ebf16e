namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>A group of alerts, its timer and what was told of it.</summary>
internal sealed class GroupEntry
{
    public required string Key { get; init; }

    public required string RouteId { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required DateTimeOffset NextFlushAt { get; set; }

    public bool HasFlushed { get; set; }

    /// <summary>Since when it has no alerts; it goes away shortly after.</summary>
    public DateTimeOffset? EmptySince { get; set; }

    public HashSet<string> Members { get; init; } = [];

    /// <summary>By channel.</summary>
    public Dictionary<string, LogEntry> Log { get; init; } = new(StringComparer.Ordinal);

    public EscalationEntry? Escalation { get; set; }
}
