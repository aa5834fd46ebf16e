using System.Globalization;
using Varai.Configuration;

namespace Varai.FeatureFlags.Definitions;

/// <summary>Reads time windows, ours and Microsoft's, which differ in the names of the recurrence's members only.</summary>
internal static class TimeWindowReader
{
    private static readonly string[] Members = ["start", "end", "recurrence"];
    private static readonly string[] RecurrenceMembers = ["every", "interval", "days", "first_day", "until", "occurrences"];

    public static TimeWindowCondition? ReadNative(ConfigurationNode node, string key, FlagErrors errors)
    {
        int before = errors.Count;
        if (!IsObject(node, key, errors))
            return null;
        foreach (ConfigurationMember member in node.Members.Where(m => !Members.Contains(m.Name, StringComparer.OrdinalIgnoreCase)))
            errors.AddUnknownMember(member, key, "A time window has no such member.", Members);

        DateTimeOffset? start = ReadDate(node, "start", key, errors);
        DateTimeOffset? end = ReadDate(node, "end", key, errors);
        FeatureRecurrence? recurrence = null;
        if (node.FindValue("recurrence") is { } recurs && IsObject(recurs, $"{key}:recurrence", errors))
        {
            string at = $"{key}:recurrence";
            foreach (ConfigurationMember member in recurs.Members.Where(m => !RecurrenceMembers.Contains(m.Name, StringComparer.OrdinalIgnoreCase)))
                errors.AddUnknownMember(member, at, "A recurrence has no such member.", RecurrenceMembers);
            recurrence = new FeatureRecurrence
            {
                Pattern = ReadEvery(recurs, at, errors),
                Interval = ReadWhole(recurs, "interval", at, errors) ?? 1,
                DaysOfWeek = ReadDays(recurs, "days", at, errors),
                FirstDayOfWeek = ReadDay(recurs, "first_day", at, errors),
                Until = ReadDate(recurs, "until", at, errors),
                Occurrences = ReadWhole(recurs, "occurrences", at, errors),
            };
        }

        return errors.Count == before ? new TimeWindowCondition(start, end) { Node = node, Recurrence = recurrence } : null;
    }

    public static TimeWindowCondition? ReadMicrosoft(ConfigurationNode? node, string key, FlagErrors errors)
    {
        int before = errors.Count;
        if (node is null)
            return new TimeWindowCondition(start: null, end: null);
        DateTimeOffset? start = ReadDate(node, "Start", key, errors);
        DateTimeOffset? end = ReadDate(node, "End", key, errors);
        FeatureRecurrence? recurrence = node.FindValue("Recurrence") is { } recurs ? ReadMicrosoftRecurrence(recurs, $"{key}:Recurrence", errors) : null;
        return errors.Count == before ? new TimeWindowCondition(start, end) { Node = node, Recurrence = recurrence } : null;
    }

    private static FeatureRecurrence? ReadMicrosoftRecurrence(ConfigurationNode node, string key, FlagErrors errors)
    {
        ConfigurationNode? pattern = node.FindValue("Pattern");
        ConfigurationNode? range = node.FindValue("Range");
        if (pattern is null || range is null)
        {
            errors.Add(node, key, "A recurrence needs a pattern and a range.", "members 'Pattern' and 'Range'", pattern is null ? "no 'Pattern'" : "no 'Range'");
            return null;
        }

        string patternKey = $"{key}:Pattern", rangeKey = $"{key}:Range";
        RangeType type = ReadEnum<RangeType>(range, "Type", rangeKey, errors) ?? RangeType.NoEnd;
        return new FeatureRecurrence
        {
            Pattern = ReadEnum<FeatureRecurrencePattern>(pattern, "Type", patternKey, errors) ?? FeatureRecurrencePattern.Daily,
            Interval = ReadWhole(pattern, "Interval", patternKey, errors) ?? 1,
            DaysOfWeek = ReadDays(pattern, "DaysOfWeek", patternKey, errors),
            FirstDayOfWeek = ReadDay(pattern, "FirstDayOfWeek", patternKey, errors),
            Until = type == RangeType.EndDate ? ReadDate(range, "EndDate", rangeKey, errors) : null,
            Occurrences = type == RangeType.Numbered ? ReadWhole(range, "NumberOfOccurrences", rangeKey, errors) : null,
        };
    }

    private static bool IsObject(ConfigurationNode node, string key, FlagErrors errors)
    {
        if (node.Kind == ConfigurationNodeKind.Object)
            return true;
        errors.Add(node, key, "This must be an object.", "an object", FlagErrors.Describe(node));
        return false;
    }

    private static DateTimeOffset? ReadDate(ConfigurationNode node, string name, string key, FlagErrors errors)
    {
        if (node.FindValue(name) is not { } value || value.Text is "")
            return null;
        if (value.TryReadDate(out DateTimeOffset date))
            return date;
        errors.Add(value, $"{key}:{name}", "This must be a date and time.", "one such as \"2026-01-31T09:00:00+01:00\"", FlagErrors.Describe(value));
        return null;
    }

    private static int? ReadWhole(ConfigurationNode node, string name, string key, FlagErrors errors)
    {
        if (node.FindValue(name) is not { } value)
            return null;
        if (value.Kind is ConfigurationNodeKind.Number or ConfigurationNodeKind.String
            && int.TryParse(value.Text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int whole))
            return whole;
        errors.Add(value, $"{key}:{name}", "This must be a whole number.", "a whole number", FlagErrors.Describe(value));
        return null;
    }

    private static FeatureRecurrencePattern ReadEvery(ConfigurationNode node, string key, FlagErrors errors)
    {
        ConfigurationNode? value = node.FindValue("every");
        switch (value?.Text)
        {
            case "day":
                return FeatureRecurrencePattern.Daily;
            case "week":
                return FeatureRecurrencePattern.Weekly;
            default:
                errors.Add(value ?? node, $"{key}:every", "This must say what the recurrence counts in.", "\"day\" or \"week\"", value is null ? "none" : FlagErrors.Describe(value));
                return default;
        }
    }

    private static List<DayOfWeek> ReadDays(ConfigurationNode node, string name, string key, FlagErrors errors)
    {
        var days = new List<DayOfWeek>();
        if (node.FindValue(name) is not { } value)
            return days;
        if (value.Kind != ConfigurationNodeKind.Array)
            errors.Add(value, $"{key}:{name}", "This must be a list of weekdays.", "an array", FlagErrors.Describe(value));
        for (int i = 0; i < value.Items.Count; i++)
        {
            if (TryReadDay(value.Items[i], NodeReading.At($"{key}:{name}", i), errors, out DayOfWeek day))
                days.Add(day);
        }

        return days;
    }

    private static DayOfWeek ReadDay(ConfigurationNode node, string name, string key, FlagErrors errors) =>
        node.FindValue(name) is { } value && TryReadDay(value, $"{key}:{name}", errors, out DayOfWeek day) ? day : DayOfWeek.Sunday;

    private static bool TryReadDay(ConfigurationNode node, string key, FlagErrors errors, out DayOfWeek day)
    {
        if (node.TryReadName(out day))
            return true;
        errors.Add(node, key, "This must be a weekday.", $"one of {string.Join(", ", Enum.GetNames<DayOfWeek>())}", FlagErrors.Describe(node));
        return false;
    }

    private static T? ReadEnum<T>(ConfigurationNode node, string name, string key, FlagErrors errors)
        where T : struct, Enum
    {
        if (node.FindValue(name) is not { } value)
            return null;
        if (value.TryReadName(out T member))
            return member;
        errors.Add(value, $"{key}:{name}", "This is not one of the names it may be.", $"one of {string.Join(", ", Enum.GetNames<T>())}", FlagErrors.Describe(value));
        return null;
    }

    private enum RangeType
    {
        NoEnd,
        EndDate,
        Numbered,
    }
}
