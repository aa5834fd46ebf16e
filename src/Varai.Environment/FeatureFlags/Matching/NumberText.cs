using System.Globalization;

namespace Varai.FeatureFlags.Matching;

/// <summary>Reads numbers from text, in the invariant culture, without allocating.</summary>
internal static class NumberText
{
    // Far above what a double can tell apart; what is longer would take long to read.
    private const int LongestText = 64;

    public static bool TryParse(ReadOnlySpan<char> text, out double number)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        number = 0;
        return text.Length is > 0 and <= LongestText
            && (char.IsAsciiDigit(text[^1]) || text[^1] == '.')
            && double.TryParse(text, Style, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }
}
