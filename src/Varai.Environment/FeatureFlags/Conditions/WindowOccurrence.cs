namespace Varai.FeatureFlags.Conditions;

/// <summary>One opening of a time window that recurs.</summary>
/// <param name="Number">Which one; the first is 1.</param>
/// <param name="From">When it opens, in ticks of UTC.</param>
/// <param name="Until">When it closes, in ticks of UTC; closed at that moment.</param>
/// <param name="IsInRange">Whether the recurrence goes on that long.</param>
internal readonly record struct WindowOccurrence(long Number, long From, long Until, bool IsInRange);
