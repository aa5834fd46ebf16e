namespace Varai.FeatureFlags;

/// <summary>When a time window comes again.</summary>
/// <remarks>Days are those of the window's start, in its offset from UTC, all year round.</remarks>
public sealed class FeatureRecurrence
{
    /// <summary>By days or by weeks.</summary>
    /// <value>Default: <see cref="FeatureRecurrencePattern.Daily"/>.</value>
    public FeatureRecurrencePattern Pattern { get; init; }

    /// <summary>Every how many days or weeks, at least 1.</summary>
    /// <value>Default: 1.</value>
    public int Interval { get; init; } = 1;

    /// <summary>The weekdays of a weekly window; one of them is the start's.</summary>
    public IReadOnlyList<DayOfWeek> DaysOfWeek { get; init; } = [];

    /// <summary>The day that weeks begin with, which matters when only every second or third counts.</summary>
    /// <value>Default: Sunday.</value>
    public DayOfWeek FirstDayOfWeek { get; init; }

    /// <summary>The last moment at which a window may begin; <see langword="null"/> for no end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>How many windows there are in all, the first included; <see langword="null"/> for no end.</summary>
    public int? Occurrences { get; init; }
}
