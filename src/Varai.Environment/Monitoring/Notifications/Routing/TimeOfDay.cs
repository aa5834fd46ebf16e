using System.Globalization;

namespace Varai.Monitoring.Notifications.Routing;

/// <summary>Minutes of the day.</summary>
internal static class TimeOfDay
{
    private const string Rule = "must be two times of the day such as 09:00-17:00, up to 24:00, the first before the second";

    /// <exception cref="FormatException">It is none; the message says what is.</exception>
    public static NumberRange ParseRange(string text)
    {
        string[] parts = text.Split('-', StringSplitOptions.TrimEntries);
        if (parts.Length != 2)
            throw new FormatException(Rule);
        (int from, int to) = (Parse(parts[0]), Parse(parts[1]));
        return from < to ? new NumberRange(from, to - 1) : throw new FormatException(Rule);
    }

    private static int Parse(string text)
    {
        if (text == "24:00")
            return 24 * 60;
        return TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time)
            ? (time.Hour * 60) + time.Minute
            : throw new FormatException(Rule);
    }
}
