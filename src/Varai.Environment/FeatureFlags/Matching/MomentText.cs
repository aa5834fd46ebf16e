namespace Varai.FeatureFlags.Matching;

/// <summary>Reads moments as ISO 8601 writes them, with an offset, without allocating: <c>2026-03-01T08:00:00Z</c>.</summary>
internal static class MomentText
{
    // yyyy-MM-ddTHH:mm
    private const int MinutesEnd = 16;
    private const int MostFractionDigits = 7;

    /// <param name="text">The text; the seconds may be left out and may have a fraction, of which 100 ns are read.</param>
    /// <param name="utcTicks">The moment in UTC.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out long utcTicks)
    {
        utcTicks = 0;
        if (text.Length <= MinutesEnd || text[4] != '-' || text[7] != '-' || text[10] is not ('T' or 't') || text[13] != ':')
            return false;
        if (!TryDigits(text[..4], out int year) || !TryDigits(text[5..7], out int month) || !TryDigits(text[8..10], out int day)
            || !TryDigits(text[11..13], out int hour) || !TryDigits(text[14..16], out int minute))
            return false;

        ReadOnlySpan<char> rest = text[MinutesEnd..];
        int second = 0;
        long fraction = 0;
        if (rest[0] == ':')
        {
            if (rest.Length < 4 || !TryDigits(rest[1..3], out second))
                return false;
            rest = rest[3..];
            if (rest[0] is '.' or ',')
            {
                rest = rest[1..];
                int digits = 0;
                while (digits < rest.Length && char.IsAsciiDigit(rest[digits]))
                    digits++;
                if (digits == 0 || digits == rest.Length)
                    return false;
                for (int i = 0; i < MostFractionDigits; i++)
                    fraction = (fraction * 10) + (i < digits ? rest[i] - '0' : 0);
                rest = rest[digits..];
            }
        }

        if (!TryOffset(rest, out int offsetMinutes))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return false;
        utcTicks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + fraction
            - (offsetMinutes * TimeSpan.TicksPerMinute);
        return utcTicks >= DateTime.MinValue.Ticks && utcTicks <= DateTime.MaxValue.Ticks;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is "Z" or "z")
            return true;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':'
            || !TryDigits(text[1..3], out int hours) || !TryDigits(text[4..6], out int rest) || rest > 59)
            return false;
        minutes = (hours * 60) + rest;
        if (minutes > 14 * 60)
            return false;
        if (text[0] == '-')
            minutes = -minutes;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            number = (number * 10) + (c - '0');
        }

        return true;
    }
}
