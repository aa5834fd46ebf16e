namespace Varai.Monitoring;

/// <summary>A time in which some alerts are not told.</summary>
public sealed record AlertSilence
{
    /// <summary>Tells it from others.</summary>
    public required string Id { get; init; }

    /// <summary>What the labels of the alerts are like, all of these.</summary>
    public required IReadOnlyList<LabelMatcher> Matchers { get; init; }

    /// <summary>When it starts.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>When it ends, or ended.</summary>
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>When it was added.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who added it.</summary>
    public required string Author { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether it holds at a moment.</summary>
    /// <param name="at">The moment.</param>
    public bool IsActiveAt(DateTimeOffset at) => StartsAt <= at && at < EndsAt;

    /// <summary>Whether it is for alerts with these labels.</summary>
    /// <param name="labels">The labels.</param>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return Matchers.All(m => m.Matches(labels.GetValueOrDefault(m.Label) ?? ""));
    }
}
