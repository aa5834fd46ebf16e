namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>What a channel was last told of a group.</summary>
internal sealed class LogEntry
{
    /// <summary>The notification's id.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset At { get; set; }

    /// <summary>The receiver for which it was told; null for the route's.</summary>
    public string? Receiver { get; init; }

    public required HashSet<string> Firing { get; set; }

    public required HashSet<string> Resolved { get; set; }

    /// <summary>Whether it is known what became of it.</summary>
    public bool IsConfirmed { get; set; }

    /// <summary>What the channel was told before as firing, and accepted; null when it never did.</summary>
    public HashSet<string>? Before { get; init; }
}
