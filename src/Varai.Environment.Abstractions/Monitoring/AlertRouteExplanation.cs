namespace Varai.Monitoring;

/// <summary>A route that an alert takes.</summary>
public sealed record AlertRouteExplanation
{
    /// <summary>The route, by the matchers from the root to it.</summary>
    public required string Route { get; init; }

    /// <summary>Its receiver.</summary>
    public required string Receiver { get; init; }

    /// <summary>The key of the group that the alert is in, or would be.</summary>
    public required string GroupKey { get; init; }

    /// <summary>How long a new group waits.</summary>
    public required TimeSpan GroupWait { get; init; }

    /// <summary>How often it is looked whether there is something to tell.</summary>
    public required TimeSpan GroupInterval { get; init; }

    /// <summary>After how long the same is told again.</summary>
    public required TimeSpan RepeatInterval { get; init; }

    /// <summary>When it is next looked; <see langword="null"/> when there is no such group.</summary>
    public DateTimeOffset? NextFlushAt { get; init; }

    /// <summary>What each channel of the receiver would be told now.</summary>
    public required IReadOnlyList<AlertChannelExplanation> Channels { get; init; }
}
