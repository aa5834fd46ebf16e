namespace Varai.Configuration.Schema.Formats;

/// <summary>The formats of RFC 3339.</summary>
internal static class TimeFormats
{
    public static bool IsDateTime(string text) =>
        text.Length > 11 && text[10] is 'T' or 't' && IsDate(text.AsSpan(0, 10)) && IsTime(text.AsSpan(11));

    public static bool IsDate(string text) => IsDate(text.AsSpan());

    public static bool IsTime(string text) => IsTime(text.AsSpan());

    /// <summary>ISO 8601 as RFC 3339 writes it down: no unit is skipped between two that are given, weeks stand alone.</summary>
    public static bool IsDuration(string text)
    {
        if (text.Length < 3 || text[0] != 'P')
            return false;
        ReadOnlySpan<char> rest = text.AsSpan(1);
        if (ReadUnits(ref rest, "W") && rest.Length == 0)
            return true;

        rest = text.AsSpan(1);
        bool hasDate = ReadUnits(ref rest, "YMD");
        if (rest.Length == 0)
            return hasDate;
        if (rest[0] != 'T')
            return false;
        rest = rest[1..];
        return ReadUnits(ref rest, "HMS") && rest.Length == 0;
    }

    private static bool IsDate(ReadOnlySpan<char> text)
    {
        if (text.Length != 10 || text[4] != '-' || text[7] != '-')
            return false;
        if (Number(text[..4]) is not { } year || Number(text[5..7]) is not { } month || Number(text[8..]) is not { } day)
            return false;
        // The year 0 is in the standard, but not in the calendar class; it was a leap year.
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year == 0 ? 4 : year, month);
    }

    private static bool IsTime(ReadOnlySpan<char> text)
    {
        if (text.Length < 9 || text[2] != ':' || text[5] != ':')
            return false;
        if (Number(text[..2]) is not { } hour || Number(text[3..5]) is not { } minute || Number(text[6..8]) is not { } second)
            return false;
        if (hour > 23 || minute > 59 || second > 60)
            return false;

        ReadOnlySpan<char> rest = text[8..];
        if (rest[0] == '.')
        {
            int end = 1;
            while (end < rest.Length && char.IsAsciiDigit(rest[end]))
                end++;
            if (end == 1)
                return false;
            rest = rest[end..];
        }

        if (ReadOffset(rest) is not { } offset)
            return false;
        // A leap second falls on the last minute of a day in UTC.
        return second < 60 || ((hour * 60) + minute - offset + (24 * 60)) % (24 * 60) == (24 * 60) - 1;
    }

    private static int? ReadOffset(ReadOnlySpan<char> text)
    {
        if (text is "Z" or "z")
            return 0;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':')
            return null;
        if (Number(text[1..3]) is not { } hours || Number(text[4..]) is not { } minutes || hours > 23 || minutes > 59)
            return null;
        int offset = (hours * 60) + minutes;
        return text[0] == '-' ? -offset : offset;
    }

    private static bool ReadUnits(ref ReadOnlySpan<char> text, string units)
    {
        int previous = -1;
        while (true)
        {
            int digits = 0;
            while (digits < text.Length && char.IsAsciiDigit(text[digits]))
                digits++;
            if (digits == 0)
                return previous >= 0;
            if (digits == text.Length)
                return false;
            int unit = units.IndexOf(text[digits], StringComparison.Ordinal);
            if (unit < 0 || (previous >= 0 && unit != previous + 1))
                return false;
            previous = unit;
            text = text[(digits + 1)..];
        }
    }

    private static int? Number(ReadOnlySpan<char> digits)
    {
        int value = 0;
        foreach (char digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
                return null;
            value = (value * 10) + (digit - '0');
        }

        return value;
    }
}
