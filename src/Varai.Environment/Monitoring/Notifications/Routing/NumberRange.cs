using System.Globalization;
using System.Runtime.InteropServices;

namespace Varai.Monitoring.Notifications.Routing;

/// <summary>Numbers from one to another, both included.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NumberRange(int First, int Last)
{
    private static readonly string[] Weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    private static readonly string[] Months =
        ["", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

    public bool Contains(int number) => number >= First && number <= Last;

    /// <summary>Whether a day of a month is in the range, whose numbers below 0 are reckoned from the end of the month.</summary>
    public bool ContainsDay(int day, int daysInMonth)
    {
        int first = First < 0 ? daysInMonth + First + 1 : First;
        int last = Last < 0 ? daysInMonth + Last + 1 : Last;
        return first <= daysInMonth && day >= first && day <= Math.Min(last, daysInMonth);
    }

    /// <exception cref="FormatException">It is none; the message says what is.</exception>
    public static NumberRange ParseWeekdays(string text) =>
        Parse(text, static t => IndexOf(Weekdays, t), 0, 6, "must be a day of the week or two such as monday:friday, from Sunday on");

    /// <exception cref="FormatException">It is none; the message says what is.</exception>
    public static NumberRange ParseMonths(string text) =>
        Parse(text, static t => t.Length > 0 && IndexOf(Months, t) is > 0 and int month ? month : Number(t), 1, 12, "must be a month or two such as january:march or 1:3");

    /// <exception cref="FormatException">It is none; the message says what is.</exception>
    public static NumberRange ParseYears(string text) => Parse(text, Number, 1, 9999, "must be a year or two such as 2026:2028");

    /// <exception cref="FormatException">It is none; the message says what is.</exception>
    public static NumberRange ParseDays(string text)
    {
        const string rule = "must be a day of the month or two such as 1:5 or -3:-1, from 1 to 31 or -31 to -1, of which the first can come before the second";
        const int shortest = 28;
        NumberRange range = Split(text, Number, rule);
        bool isOutside = range.First is 0 or < -31 or > 31 || range.Last is 0 or < -31 or > 31;
        int first = range.First < 0 ? shortest + range.First : range.First;
        int last = range.Last < 0 ? shortest + range.Last : range.Last;
        return isOutside || (range.First < 0 && range.Last > 0) || first > last ? throw new FormatException(rule) : range;
    }

    private static NumberRange Parse(string text, Func<string, int> read, int least, int greatest, string rule)
    {
        NumberRange range = Split(text, read, rule);
        return range.First < least || range.Last > greatest || range.First > range.Last ? throw new FormatException(rule) : range;
    }

    private static NumberRange Split(string text, Func<string, int> read, string rule)
    {
        string[] parts = text.Split(':', StringSplitOptions.TrimEntries);
        if (parts.Length is < 1 or > 2)
            throw new FormatException(rule);
        return new NumberRange(read(parts[0]), read(parts[^1]));
    }

    private static int IndexOf(string[] names, string name) => Array.FindIndex(names, n => n.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : int.MinValue;
}
