using System.Globalization;

namespace Varai.FeatureFlags.Engine;

/// <summary>Reads attributes, and what they are compared with, as numbers and dates.</summary>
internal static class AttributeValues
{
    public static bool TryReadNumber(ReadOnlySpan<char> text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    public static bool TryReadNumber(in FlagValue value, out double number)
    {
        number = value.Number;
        return value.Kind == FlagValueKind.Number || (value.Kind == FlagValueKind.Text && TryReadNumber(value.Text, out number));
    }

    /// <summary>A date as ISO 8601 writes it; without an offset it is UTC.</summary>
    public static bool TryReadDate(ReadOnlySpan<char> text, out long utcTicks)
    {
        bool isDate = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date)
            && text is [>= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', '-', ..];
        utcTicks = date.UtcTicks;
        return isDate;
    }

    /// <summary>A date; text as ISO 8601 writes it, a number as milliseconds since 1970.</summary>
    public static bool TryReadDate(in FlagValue value, out long utcTicks)
    {
        switch (value.Kind)
        {
            case FlagValueKind.Date:
                utcTicks = value.Date.Ticks;
                return true;
            case FlagValueKind.Number:
                double ticks = DateTimeOffset.UnixEpoch.Ticks + (value.Number * TimeSpan.TicksPerMillisecond);
                utcTicks = ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? (long)ticks : -1;
                return utcTicks >= 0;
            case FlagValueKind.Text:
                return TryReadDate(value.Text, out utcTicks);
            default:
                utcTicks = 0;
                return false;
        }
    }
}
