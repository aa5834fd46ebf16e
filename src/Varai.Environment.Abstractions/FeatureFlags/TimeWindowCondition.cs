namespace Varai.FeatureFlags;

/// <summary>Holds from one time to another, once or again and again.</summary>
/// <param name="start">The first moment; <see langword="null"/> for since ever.</param>
/// <param name="end">The first moment after; <see langword="null"/> for for ever.</param>
public sealed class TimeWindowCondition(DateTimeOffset? start, DateTimeOffset? end) : FeatureCondition
{
    /// <summary>The first moment; <see langword="null"/> for since ever.</summary>
    public DateTimeOffset? Start { get; } = start;

    /// <summary>The first moment after; <see langword="null"/> for for ever.</summary>
    public DateTimeOffset? End { get; } = end;

    /// <summary>When the window comes again; <see langword="null"/> for never. Needs both a start and an end.</summary>
    public FeatureRecurrence? Recurrence { get; init; }
}
