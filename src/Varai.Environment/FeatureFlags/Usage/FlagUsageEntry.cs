namespace Varai.FeatureFlags.Usage;

/// <summary>What is known of one flag; two of them, from two nodes or of two times, merge. With three, the order may make
/// <see cref="FullSince"/> later than it could be known, never earlier.</summary>
/// <param name="FirstSeen">When a node first saw its definition.</param>
internal sealed record FlagUsageEntry(DateTimeOffset FirstSeen)
{
    public DateTimeOffset? LastEvaluated { get; init; }

    /// <summary>Since when it is on for everybody; null when it is not.</summary>
    public DateTimeOffset? FullSince { get; init; }

    /// <summary>When it last ceased to be on for everybody: what was full before that is no longer.</summary>
    public DateTimeOffset? NotFullAt { get; init; }

    /// <summary>Since when it is no longer defined; null while it is.</summary>
    public DateTimeOffset? GoneAt { get; init; }

    public FlagUsageEntry Merge(FlagUsageEntry other)
    {
        DateTimeOffset? notFullAt = Later(NotFullAt, other.NotFullAt);
        return new FlagUsageEntry(FirstSeen < other.FirstSeen ? FirstSeen : other.FirstSeen)
        {
            LastEvaluated = Later(LastEvaluated, other.LastEvaluated),
            NotFullAt = notFullAt,
            FullSince = Earlier(After(FullSince, notFullAt), After(other.FullSince, notFullAt)),
        };
    }

    /// <summary>The entry with what its definition says now.</summary>
    public FlagUsageEntry WithReach(bool isFull, DateTimeOffset now)
    {
        if (isFull)
            return FullSince is null ? this with { FullSince = now } : this;
        return FullSince is null ? this : this with { FullSince = null, NotFullAt = now };
    }

    private static DateTimeOffset? After(DateTimeOffset? time, DateTimeOffset? limit) => limit is null || time > limit ? time : null;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => other is null || one > other ? one : other;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => other is null || one < other ? one : other;
}
