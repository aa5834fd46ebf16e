using System.Globalization;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Engine;

/// <summary>What a time window must be so that it means something: in particular, its recurrences don't overlap.</summary>
internal static class TimeWindowRules
{
    private const int Week = 7;
    private const int LongestDays = 3650;

    public static bool AreKept(TimeWindowCondition window, string key, FlagErrors errors)
    {
        string? problem = window.Recurrence is null ? FindProblem(window) : FindProblem(window, window.Recurrence);
        if (problem is null)
            return true;
        errors.Add(window.Node, key, problem);
        return false;
    }

    private static string? FindProblem(TimeWindowCondition window) =>
        window is { Start: null, End: null } ? "A time window has neither start nor end." : null;

    private static string? FindProblem(TimeWindowCondition window, FeatureRecurrence recurrence)
    {
        if (window.Start is not { } start || window.End is not { } end)
            return "A time window that recurs has both a start and an end.";
        TimeSpan length = end - start;
        return length <= TimeSpan.Zero ? "A time window that recurs ends after its start."
            : length.TotalDays >= LongestDays ? $"A time window that recurs is shorter than {LongestDays.ToString(CultureInfo.InvariantCulture)} days."
            : recurrence.Interval < 1 ? "The interval of a recurrence is at least 1."
            : recurrence.Until < start ? "A recurrence does not end before its time window starts."
            : recurrence.Occurrences < 1 ? "A time window that recurs occurs at least once."
            : recurrence.Pattern == FeatureRecurrencePattern.Daily
                ? length.TotalDays > recurrence.Interval ? "A time window that recurs by days is no longer than its interval." : null
                : FindWeeklyProblem(start, length, recurrence);
    }

    private static string? FindWeeklyProblem(DateTimeOffset start, TimeSpan length, FeatureRecurrence recurrence)
    {
        int[] days = RecurrenceTest.DaysInWeek(recurrence);
        if (days.Length == 0)
            return "A recurrence by weeks names its weekdays.";
        if (!days.Contains(RecurrenceTest.DaysFrom(recurrence.FirstDayOfWeek, start.DayOfWeek)))
            return $"A recurrence by weeks names the weekday of its start, {start.DayOfWeek}.";

        long gap = (long)recurrence.Interval * Week;
        for (int i = 1; i < days.Length; i++)
            gap = Math.Min(gap, days[i] - days[i - 1]);
        if (days.Length > 1 && recurrence.Interval == 1)
            gap = Math.Min(gap, days[0] + Week - days[^1]);
        return length.TotalDays > gap ? "A time window that recurs by weeks ends before the next begins." : null;
    }
}
