using System.Globalization;
using Varai.Configuration;

namespace Varai.FeatureFlags.Conditions;

/// <summary>Reads the parameters of a time window, and reports what Microsoft.FeatureManagement would refuse when it evaluates.</summary>
internal static class TimeWindowReader
{
    private const string DateWithOffset = "a date with an offset from UTC, such as \"2026-05-01T13:00:00+02:00\" or \"Fri, 01 May 2026 11:00:00 GMT\"";
    private const int LongestInDays = 3650;
    private const int DaysPerWeek = 7;

    private enum PatternType
    {
        Daily,
        Weekly,
    }

    private enum RangeType
    {
        NoEnd,
        EndDate,
        Numbered,
    }

    public static bool TryRead(ConditionSource source, out WindowMoment? start, out WindowMoment? end, out WindowRecurrence? recurrence)
    {
        recurrence = null;
        bool sound = TryReadZone(source, out TimeZoneInfo? zone);
        sound &= TryReadDate(source, source.Find("Start"), "Start", zone, emptyIsAbsent: true, out start, out TimeSpan offset);
        sound &= TryReadDate(source, source.Find("End"), "End", zone, emptyIsAbsent: true, out end, out _);
        return source.Find("Recurrence") is { } node
            ? TryReadRecurrence(source, node, new WindowClock(zone, offset), zone, sound, start, end, out recurrence)
            : sound;
    }

    private static bool TryReadZone(ConditionSource source, out TimeZoneInfo? zone)
    {
        zone = null;
        if (source.Find("TimeZone") is not { } node)
            return true;
        if (node is { Kind: ConfigurationNodeKind.String, Text.Length: > 0 } && TimeZoneInfo.TryFindSystemTimeZoneById(node.Text, out zone))
            return true;
        source.Report(
            node, "TimeZone", "TimeZone is no time zone that this system knows.", "an IANA id such as Europe/Berlin",
            node.Kind == ConfigurationNodeKind.String ? "another string" : FlagErrors.Describe(node));
        return false;
    }

    private static bool TryReadDate(
        ConditionSource source, ConfigurationNode? node, string name, TimeZoneInfo? zone, bool emptyIsAbsent, out WindowMoment? moment, out TimeSpan offset)
    {
        moment = null;
        offset = default;
        if (node is null || (emptyIsAbsent && node is { Kind: ConfigurationNodeKind.String, Text.Length: 0 }))
            return true;

        // A time or a day alone would be taken for one of today or of this year: the year has to be written.
        string expected = zone is null ? DateWithOffset : "a date, such as \"2026-05-01T13:00:00\" or \"2026-05-01T13:00:00+02:00\"";
        string text = node.Kind == ConfigurationNodeKind.String ? node.Text! : "";
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset date)
            || !DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime written)
            || !text.Contains(date.Year.ToString("0000", CultureInfo.InvariantCulture), StringComparison.Ordinal))
        {
            source.Report(node, name, $"{Last(name)} is no date.", expected, FlagErrors.Describe(node));
            return false;
        }

        if (written.Kind != DateTimeKind.Unspecified)
        {
            offset = date.Offset;
            moment = new WindowMoment(date.UtcTicks, new WindowClock(zone, offset).ToWall(date.UtcTicks));
            return true;
        }

        if (zone is null)
        {
            source.Report(
                node, name, $"{Last(name)} has no offset from UTC, so it would be another moment on every machine: write the offset, or give TimeZone.",
                expected, "a date without an offset");
            return false;
        }

        moment = new WindowMoment(new WindowClock(zone, default).ToUtc(written.Ticks), written.Ticks);
        return true;
    }

    private static bool TryReadRecurrence(
        ConditionSource source, ConfigurationNode node, WindowClock clock, TimeZoneInfo? zone, bool sound, WindowMoment? start, WindowMoment? end,
        out WindowRecurrence? recurrence)
    {
        recurrence = null;
        if (!ConditionParameters.IsObject(source, node, "Recurrence"))
            return false;

        ConfigurationNode? pattern = ConditionParameters.Member(node, "Pattern");
        ConfigurationNode? range = ConditionParameters.Member(node, "Range");
        sound &= IsThere(source, node, pattern, "Recurrence:Pattern") & IsThere(source, node, range, "Recurrence:Range");
        sound &= IsThere(source, source, start, "Start") & IsThere(source, source, end, "End");

        sound &= ConditionParameters.TryReadWord(
            source, ConditionParameters.Member(pattern, "Type"), "Recurrence:Pattern:Type", PatternType.Daily, out PatternType type);
        sound &= ConditionParameters.TryReadCount(
            source, ConditionParameters.Member(pattern, "Interval"), "Recurrence:Pattern:Interval", 1, out int interval);
        sound &= ConditionParameters.TryReadWord(
            source, ConditionParameters.Member(pattern, "FirstDayOfWeek"), "Recurrence:Pattern:FirstDayOfWeek", DayOfWeek.Sunday, out DayOfWeek firstDay);
        int days = 0;
        if (type == PatternType.Weekly && pattern is { Kind: ConfigurationNodeKind.Object })
            sound &= TryReadDays(source, pattern, firstDay, out days);

        sound &= ConditionParameters.TryReadWord(
            source, ConditionParameters.Member(range, "Type"), "Recurrence:Range:Type", RangeType.NoEnd, out RangeType rangeType);
        // Both are read whatever the type is: a slip in one that does not count is a slip all the same, and Microsoft's refuses it too.
        ConfigurationNode? endDateNode = ConditionParameters.Member(range, "EndDate");
        sound &= TryReadDate(source, endDateNode, "Recurrence:Range:EndDate", zone, emptyIsAbsent: false, out WindowMoment? endDate, out _);
        sound &= ConditionParameters.TryReadCount(
            source, ConditionParameters.Member(range, "NumberOfOccurrences"), "Recurrence:Range:NumberOfOccurrences", int.MaxValue, out int count,
            least: rangeType == RangeType.Numbered ? 1 : int.MinValue);
        sound &= IsNotNull(source, pattern, "Recurrence:Pattern:Interval")
            & (rangeType != RangeType.EndDate || IsNotNull(source, range, "Recurrence:Range:EndDate"))
            & (rangeType != RangeType.Numbered || IsNotNull(source, range, "Recurrence:Range:NumberOfOccurrences"));
        if (!sound || start is not { } from || end is not { } until)
            return false;

        if (rangeType == RangeType.EndDate && endDate is { } last && last.Utc < from.Utc)
        {
            source.Report(endDateNode, "Recurrence:Range:EndDate", "EndDate is before Start.", $"{from} or later", last.ToString());
            sound = false;
        }

        int firstDayOffset = DayOffset(from.DayOfWeek, firstDay);
        if (type == PatternType.Weekly && (days & (1 << firstDayOffset)) == 0)
        {
            source.Report(source.Find("Start"), "Start", "Start is on no day of DaysOfWeek.", "a first occurrence on one of these days", $"a {from.DayOfWeek}");
            sound = false;
        }

        long longest = type == PatternType.Weekly ? WindowRecurrence.LongestInDays(interval, days) : interval;
        long length = clock.IsFixed ? until.Utc - from.Utc : until.Wall - from.Wall;
        if (!sound | !IsLengthSound(source, from, until, length, longest))
            return false;

        recurrence = new WindowRecurrence(
            clock, from.Wall, length, interval, days, type == PatternType.Weekly ? firstDayOffset : 0,
            rangeType == RangeType.EndDate && endDate is { } lastStart ? lastStart.Utc : long.MaxValue,
            rangeType == RangeType.Numbered ? count : long.MaxValue);
        return true;
    }

    // Where Microsoft.FeatureManagement reads 0 or the year 1 of a null, and then refuses it, nobody can know what was meant.
    private static bool IsNotNull(ConditionSource source, ConfigurationNode? node, string name)
    {
        if (node?.Find(Last(name)) is not { Kind: ConfigurationNodeKind.Null } found)
            return true;
        source.Report(found, name, $"{Last(name)} is null; leave it out for its default.", "a value", "null");
        return false;
    }

    private static bool IsThere(ConditionSource source, ConfigurationNode recurrence, ConfigurationNode? node, string name)
    {
        if (!ConditionParameters.IsNoObject(node))
            return ConditionParameters.IsObject(source, node, name);
        source.Report(recurrence, name, $"{Last(name)} is missing.", "an object", "nothing");
        return false;
    }

    private static bool IsThere(ConditionSource source, ConditionSource parameters, WindowMoment? moment, string name)
    {
        // A date that is there and no date has its own error.
        if (moment is not null || parameters.Find(name) is { Text.Length: > 0 } or { Kind: not ConfigurationNodeKind.String })
            return true;
        source.Report(null, name, $"{name} is missing, which a recurrence needs.", DateWithOffset, "nothing");
        return false;
    }

    private static bool TryReadDays(ConditionSource source, ConfigurationNode pattern, DayOfWeek firstDay, out int days)
    {
        const string Name = "Recurrence:Pattern:DaysOfWeek";
        days = 0;
        ConfigurationNode? node = ConditionParameters.Member(pattern, "DaysOfWeek");
        if (node is not { Kind: ConfigurationNodeKind.Array, Items.Count: > 0 })
        {
            source.Report(
                node ?? pattern, Name, "A weekly recurrence needs DaysOfWeek.", "an array of weekdays",
                node is null ? "nothing" : node.Kind == ConfigurationNodeKind.Array ? "an empty array" : FlagErrors.Describe(node));
            return false;
        }

        bool sound = true;
        for (int i = 0; i < node.Items.Count; i++)
        {
            string key = $"{Name}:{i.ToString(CultureInfo.InvariantCulture)}";
            if (node.Items[i].Kind == ConfigurationNodeKind.Null)
            {
                source.Report(node.Items[i], key, "A day of the week is null.", "a weekday", "null");
                sound = false;
            }
            else if (!ConditionParameters.TryReadWord(source, node.Items[i], key, DayOfWeek.Sunday, out DayOfWeek day))
            {
                sound = false;
            }
            else if ((days & (1 << DayOffset(day, firstDay))) != 0)
            {
                source.Report(node.Items[i], key, $"{day} is listed twice.", "each weekday once", "it again");
                sound = false;
            }
            else
            {
                days |= 1 << DayOffset(day, firstDay);
            }
        }

        return sound;
    }

    private static bool IsLengthSound(ConditionSource source, WindowMoment start, WindowMoment end, long length, long longestInDays)
    {
        long elapsed = end.Utc - start.Utc;
        string? wrong = elapsed <= 0 || length <= 0 ? "End is not after Start."
            : elapsed >= LongestInDays * TimeSpan.TicksPerDay ? "The window is too long to recur."
            : length > Math.Min(longestInDays, LongestInDays) * TimeSpan.TicksPerDay ? "The window is still open when it opens again."
            : null;
        if (wrong is null)
            return true;
        source.Report(
            source.Find("End"), "End", wrong,
            elapsed <= 0 || length <= 0 ? $"a date after {start}"
            : longestInDays < LongestInDays ? $"at most {longestInDays.ToString(CultureInfo.InvariantCulture)} {(longestInDays == 1 ? "day" : "days")} after Start"
            : "less than 3650 days after Start",
            elapsed <= 0 || length <= 0 ? end.ToString() : new TimeSpan(length).ToString("c", CultureInfo.InvariantCulture));
        return false;
    }

    private static int DayOffset(DayOfWeek day, DayOfWeek firstDay) => ((int)day - (int)firstDay + DaysPerWeek) % DaysPerWeek;

    private static string Last(string name) => name[(name.LastIndexOf(':') + 1)..];
}
