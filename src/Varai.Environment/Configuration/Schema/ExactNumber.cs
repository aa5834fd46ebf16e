using System.Globalization;
using System.Numerics;

namespace Varai.Configuration.Schema;

/// <summary>A JSON number without rounding: digits times a power of ten, normalised so that 1.0, 1 and 10e-1 are one value.</summary>
/// <remarks>Works for numbers of any length in time linear to the text. Exponents beyond 10^15 are clamped.</remarks>
internal readonly struct ExactNumber : IEquatable<ExactNumber>
{
    private const int ShortDigits = 18;
    private const long MaximumExponent = 1_000_000_000_000_000;
    private const ulong ChunkBase = 1_000_000_000_000_000_000;

    private readonly ulong _short;
    // Only for numbers of more than 18 significant digits; no leading or trailing zero.
    private readonly string? _long;
    private readonly long _exponent;
    private readonly bool _negative;

    private ExactNumber(bool negative, ulong shortDigits, string? longDigits, long exponent)
    {
        _negative = negative;
        _short = shortDigits;
        _long = longDigits;
        _exponent = exponent;
    }

    public bool IsInteger => _exponent >= 0;

    public bool IsZero => _long is null && _short == 0;

    public static bool TryParse(string text, out ExactNumber number)
    {
        number = default;
        int i = 0;
        bool negative = false;
        if (text.Length > 0 && text[0] is '-' or '+')
            negative = text[i++] == '-';

        int first = i;
        int point = -1;
        int digits = 0;
        for (; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]))
                digits++;
            else if (text[i] == '.' && point < 0)
                point = i;
            else
                break;
        }

        int end = i;
        long exponent = 0;
        if (digits == 0 || !TryParseExponent(text, i, ref exponent))
            return false;

        if (point >= 0)
            exponent -= end - point - 1;
        number = Normalise(negative, text.AsSpan(first, end - first), exponent);
        return true;
    }

    /// <summary>Below zero when the first is the smaller number, above when it is the larger one.</summary>
    public static int Compare(ExactNumber x, ExactNumber y)
    {
        if (x.IsZero || y.IsZero || x._negative != y._negative)
            return x.Sign.CompareTo(y.Sign);
        int magnitude = x.CompareMagnitude(y);
        return x._negative ? -magnitude : magnitude;
    }

    public bool Equals(ExactNumber other) => _negative == other._negative && _short == other._short
        && _exponent == other._exponent && string.Equals(_long, other._long, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is ExactNumber other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_negative, _short, _long, _exponent);

    /// <summary>Whether this is a whole multiple of a positive divisor.</summary>
    public bool IsMultipleOf(ExactNumber divisor)
    {
        if (IsZero)
            return true;
        if (divisor.IsZero)
            return false;
        long shift = _exponent - divisor._exponent;
        // Digits have no trailing zero, so that they can't hold another factor of ten.
        if (shift < 0)
            return false;

        if (divisor._long is null)
        {
            UInt128 power = PowerOfTen(shift, divisor._short);
            return power * Remainder(divisor._short) % divisor._short == 0;
        }

        var modulus = BigInteger.Parse(divisor._long, NumberStyles.None, CultureInfo.InvariantCulture);
        return (Remainder(modulus) * BigInteger.ModPow(10, shift, modulus) % modulus).IsZero;
    }

    /// <summary>The value as a whole number where it is one and fits; <see langword="null"/> otherwise.</summary>
    public long? ToInt64()
    {
        if (!IsInteger || _long is not null || _exponent > ShortDigits)
            return null;
        Int128 value = _short;
        for (long i = 0; i < _exponent; i++)
            value *= 10;
        return value > long.MaxValue ? null : (long)(_negative ? -value : value);
    }

    private int Sign => IsZero ? 0 : _negative ? -1 : 1;

    private static bool TryParseExponent(string text, int i, ref long exponent)
    {
        if (i == text.Length)
            return true;
        if (text[i] is not ('e' or 'E') || ++i == text.Length)
            return false;
        bool negative = text[i] == '-';
        if (text[i] is '-' or '+')
            i++;
        if (i == text.Length)
            return false;
        for (; i < text.Length; i++)
        {
            if (!char.IsAsciiDigit(text[i]))
                return false;
            exponent = Math.Min(exponent * 10 + (text[i] - '0'), MaximumExponent);
        }

        if (negative)
            exponent = -exponent;
        return true;
    }

    private static ExactNumber Normalise(bool negative, ReadOnlySpan<char> text, long exponent)
    {
        text = text.TrimStart("0.");
        // The point's place is already in the exponent; a leading ".00" only held zeros.
        ReadOnlySpan<char> digits = text;
        string? joined = null;
        if (text.Contains('.'))
            digits = joined = string.Concat(text[..text.IndexOf('.')], text[(text.IndexOf('.') + 1)..]);

        ReadOnlySpan<char> trimmed = digits.TrimEnd('0');
        exponent += digits.Length - trimmed.Length;
        if (trimmed.Length == 0)
            return default;
        if (trimmed.Length > ShortDigits)
            return new ExactNumber(negative, 0, joined?.Length == trimmed.Length ? joined : trimmed.ToString(), exponent);
        return new ExactNumber(negative, ulong.Parse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture), longDigits: null, exponent);
    }

    private int CompareMagnitude(ExactNumber other)
    {
        if (_long is null && other._long is null && _exponent == other._exponent)
            return _short.CompareTo(other._short);

        string mine = Digits();
        string others = other.Digits();
        int byLength = (mine.Length + _exponent).CompareTo(others.Length + other._exponent);
        if (byLength != 0)
            return byLength;
        return string.CompareOrdinal(mine, others);
    }

    private string Digits() => _long ?? _short.ToString(CultureInfo.InvariantCulture);

    private ulong Remainder(ulong modulus)
    {
        if (_long is null)
            return _short % modulus;
        UInt128 remainder = 0;
        foreach (char digit in _long)
            remainder = (remainder * 10 + (uint)(digit - '0')) % modulus;
        return (ulong)remainder;
    }

    private BigInteger Remainder(BigInteger modulus)
    {
        if (_long is null)
            return _short % modulus;
        BigInteger remainder = BigInteger.Zero;
        int first = _long.Length % ShortDigits;
        if (first > 0)
            remainder = ulong.Parse(_long.AsSpan(0, first), NumberStyles.None, CultureInfo.InvariantCulture) % modulus;
        for (int i = first; i < _long.Length; i += ShortDigits)
        {
            ulong chunk = ulong.Parse(_long.AsSpan(i, ShortDigits), NumberStyles.None, CultureInfo.InvariantCulture);
            remainder = (remainder * ChunkBase + chunk) % modulus;
        }

        return remainder;
    }

    private static UInt128 PowerOfTen(long exponent, ulong modulus)
    {
        UInt128 result = 1 % modulus;
        UInt128 factor = 10 % modulus;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
                result = result * factor % modulus;
            factor = factor * factor % modulus;
        }

        return result;
    }
}
