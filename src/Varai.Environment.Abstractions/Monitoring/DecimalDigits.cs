using System.Globalization;
using System.Text;

namespace Varai.Monitoring;

/// <summary>Writes numbers as Go and C do: rounded from their exact value, halves to even, where .NET rounds halves away from zero.</summary>
internal static class DecimalDigits
{
    // What it takes to write any double exactly.
    private const int MostDigits = 766;
    private const int MostFractionDigits = 400;

    /// <summary><c>%f</c>.</summary>
    public static string Fixed(double value, int decimals)
    {
        decimals = Math.Min(decimals, MostFractionDigits);
        (string digits, int exponent) = Round(value, e => e + 1 + decimals);
        string whole = exponent < 0 ? "0" : digits[..Math.Min(digits.Length, exponent + 1)].PadRight(exponent + 1, '0');
        string fraction = exponent < 0 ? new string('0', Math.Min(-exponent - 1, decimals)) + digits : digits[Math.Min(digits.Length, exponent + 1)..];
        fraction = fraction.Length > decimals ? fraction[..decimals] : fraction.PadRight(decimals, '0');
        return Sign(value) + (decimals == 0 ? whole : $"{whole}.{fraction}");
    }

    /// <summary><c>%e</c>.</summary>
    public static string Scientific(double value, int decimals)
    {
        decimals = Math.Min(decimals, MostFractionDigits);
        (string digits, int exponent) = Round(value, _ => decimals + 1);
        return Sign(value) + Scientific(digits.PadRight(decimals + 1, '0')[..(decimals + 1)], exponent);
    }

    /// <summary><c>%g</c>.</summary>
    public static string General(double value, int precision)
    {
        precision = Math.Clamp(precision, 1, MostDigits);
        (string digits, int exponent) = Round(value, _ => precision);
        return Sign(value) + General(digits.TrimEnd('0'), exponent, precision);
    }

    /// <summary><c>%g</c> with the fewest digits that give the value back.</summary>
    public static string Shortest(double value)
    {
        const int Precision = 6;
        string text = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        string mantissa = e < 0 ? text : text[..e];
        int exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string all = mantissa.Replace(".", "", StringComparison.Ordinal);
        string digits = all.TrimStart('0');
        exponent += (point < 0 ? mantissa.Length : point) - 1 - (all.Length - digits.Length);
        return Sign(value) + General(digits.TrimEnd('0'), exponent, Precision);
    }

    private static string General(string digits, int exponent, int precision)
    {
        if (digits.Length == 0)
            return "0";
        if (exponent < -4 || exponent >= precision)
            return Scientific(digits, exponent);
        if (exponent < 0)
            return $"0.{new string('0', -exponent - 1)}{digits}";
        return digits.Length <= exponent + 1 ? digits.PadRight(exponent + 1, '0') : $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    private static string Scientific(string digits, int exponent)
    {
        var text = new StringBuilder().Append(digits[0]);
        if (digits.Length > 1)
            text.Append('.').Append(digits.AsSpan(1));
        return text.Append(CultureInfo.InvariantCulture, $"e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}").ToString();
    }

    /// <returns>The rounded digits, and the power of ten of the first.</returns>
    private static (string Digits, int Exponent) Round(double value, Func<int, int> countOf)
    {
        string exact = Math.Abs(value).ToString($"E{MostDigits}", CultureInfo.InvariantCulture);
        int e = exact.IndexOf('E', StringComparison.Ordinal);
        int exponent = int.Parse(exact.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string digits = exact[..e].Replace(".", "", StringComparison.Ordinal);
        int count = countOf(exponent);
        if (count < 0)
            return ("", exponent);
        if (count >= digits.Length)
            return (digits, exponent);
        int comparison = string.CompareOrdinal(digits[count..].TrimEnd('0'), "5");
        bool isUp = comparison > 0 || (comparison == 0 && count > 0 && (digits[count - 1] - '0') % 2 == 1);
        char[] rounded = digits[..count].ToCharArray();
        if (!isUp)
            return (new string(rounded), exponent);
        int i = count - 1;
        for (; i >= 0 && rounded[i] == '9'; i--)
            rounded[i] = '0';
        if (i >= 0)
        {
            rounded[i]++;
            return (new string(rounded), exponent);
        }

        return ($"1{new string(rounded)}", exponent + 1);
    }

    private static string Sign(double value) => double.IsNegative(value) ? "-" : "";
}
