using System.Globalization;

namespace Varai.Promotion.Gates;

/// <summary>A cron expression of five fields: minute, hour, day of the month, month, day of the week. Numbers, names, lists, ranges,
/// steps and <c>*</c>; where both days are given, either will do, as everywhere.</summary>
internal sealed class CronExpression
{
    private const int Fields = 5;
    private static readonly string[] MonthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] DayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    private readonly ulong _minutes;
    private readonly ulong _hours;
    private readonly ulong _days;
    private readonly ulong _months;
    private readonly ulong _weekdays;
    private readonly bool _anyDay;
    private readonly bool _anyWeekday;

    private CronExpression(ulong[] fields, bool anyDay, bool anyWeekday)
    {
        (_minutes, _hours, _days, _months) = (fields[0], fields[1], fields[2], fields[3]);

        // Sunday is 0 and 7.
        _weekdays = fields[4] | (Has(fields[4], 7) ? 1UL : 0);
        _anyDay = anyDay;
        _anyWeekday = anyWeekday;
    }

    public static CronExpression? TryParse(string text)
    {
        string[] parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length != Fields)
            return null;
        ulong?[] fields =
        [
            ParseField(parts[0], 0, 59, []),
            ParseField(parts[1], 0, 23, []),
            ParseField(parts[2], 1, 31, []),
            ParseField(parts[3], 1, 12, MonthNames),
            ParseField(parts[4], 0, 7, DayNames),
        ];
        return fields.Any(static f => f is null)
            ? null
            : new CronExpression([.. fields.Select(static f => f!.Value)], parts[2].StartsWith('*'), parts[4].StartsWith('*'));
    }

    /// <summary>The last moment at or before another that the expression names, in the same local time.</summary>
    /// <param name="local">The moment.</param>
    /// <param name="notBefore">How far back to look.</param>
    public DateTime? Last(DateTime local, DateTime notBefore)
    {
        for (DateTime day = local.Date; day >= notBefore.Date; day = day.AddDays(-1))
        {
            if (!IsDay(day))
                continue;
            int latest = day == local.Date ? (local.Hour * 60) + local.Minute : (24 * 60) - 1;
            for (int minute = latest; minute >= 0; minute--)
            {
                if (Has(_hours, minute / 60) && Has(_minutes, minute % 60))
                {
                    DateTime found = day.AddMinutes(minute);
                    return found >= notBefore ? found : null;
                }
            }
        }

        return null;
    }

    private bool IsDay(DateTime day)
    {
        if (!Has(_months, day.Month))
            return false;
        bool isDay = Has(_days, day.Day);
        bool isWeekday = Has(_weekdays, (int)day.DayOfWeek);
        return _anyDay || _anyWeekday ? isDay && isWeekday : isDay || isWeekday;
    }

    private static bool Has(ulong set, int number) => (set & (1UL << number)) != 0;

    private static ulong? ParseField(string text, int least, int greatest, string[] names)
    {
        ulong set = 0;
        foreach (string part in text.Split(','))
        {
            string[] stepped = part.Split('/');
            int step = 1;
            if (stepped.Length > 2 || (stepped.Length == 2 && (!TryNumber(stepped[1], [], out step) || step < 1)))
                return null;
            string[] ends = stepped[0].Split('-');
            int from = least;
            int to = greatest;
            if (stepped[0] != "*")
            {
                if (ends.Length > 2 || !TryNumber(ends[0], names, out from) || !TryNumber(ends[^1], names, out to))
                    return null;
                if (ends.Length == 1 && stepped.Length == 2)
                    to = greatest;
            }

            if (from < least || to > greatest || from > to)
                return null;
            for (int number = from; number <= to; number += step)
                set |= 1UL << number;
        }

        return set;
    }

    private static bool TryNumber(string text, string[] names, out int number)
    {
        int index = Array.FindIndex(names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        number = names.Length == MonthNames.Length ? index + 1 : index;
        return true;
    }
}
