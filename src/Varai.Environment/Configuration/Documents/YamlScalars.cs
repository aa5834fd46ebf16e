using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Varai.Configuration.Documents;

/// <summary>Which value a scalar of YAML is: the core schema of YAML 1.2.</summary>
internal static class YamlScalars
{
    public const string Map = Prefix + "map";
    public const string Seq = Prefix + "seq";

    private const string Prefix = "tag:yaml.org,2002:";

    public static bool IsScalarTag(TagName tag) =>
        tag.IsNonSpecific || tag.Value is Prefix + "str" or Prefix + "int" or Prefix + "float" or Prefix + "bool" or Prefix + "null" or Prefix + "merge";

    /// <summary>A tag as people write it.</summary>
    public static string Short(TagName tag)
    {
        if (tag.IsNonSpecific)
            return "!";
        return tag.Value.StartsWith(Prefix, StringComparison.Ordinal) ? "!!" + tag.Value[Prefix.Length..] : tag.Value;
    }

    /// <summary>Whether plain text is a string and nothing else.</summary>
    public static bool IsText(string plain) => TryResolvePlain(plain, out ConfigurationNodeKind kind, out _, out _) && kind == ConfigurationNodeKind.String;

    public static string UnknownTag(TagName tag) =>
        $"the tag '{Short(tag)}' is not known; use !!str, !!int, !!float, !!bool, !!null, !!map, !!seq or none";

    /// <summary>The value of a scalar.</summary>
    /// <param name="scalar">The scalar.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="text">Its text; for a number that of JSON.</param>
    /// <param name="problem">Why it is nothing.</param>
    /// <returns>Whether there is a value.</returns>
    public static bool TryResolve(
        Scalar scalar, out ConfigurationNodeKind kind, out string? text, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (scalar.Tag.IsEmpty && scalar.Style == ScalarStyle.Plain)
            return TryResolvePlain(scalar.Value, out kind, out text, out problem);

        kind = ConfigurationNodeKind.String;
        text = scalar.Value;
        if (scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific || scalar.Tag.Value == Prefix + "str")
            return true;

        if (!IsScalarTag(scalar.Tag) && scalar.Tag.Value is not (Map or Seq))
        {
            problem = UnknownTag(scalar.Tag);
            return false;
        }

        if (!IsScalarTag(scalar.Tag) || scalar.Tag.Value == Prefix + "merge")
        {
            problem = $"the tag '{Short(scalar.Tag)}' can't be given to a single value; use !!str, !!int, !!float, !!bool, !!null or none";
            return false;
        }

        // A tag asks for the value in so many words: then leading zeros are no reason to keep a text.
        ConfigurationNodeKind wanted = scalar.Tag.Value switch
        {
            Prefix + "bool" => ConfigurationNodeKind.Boolean,
            Prefix + "null" => ConfigurationNodeKind.Null,
            _ => ConfigurationNodeKind.Number,
        };
        string value = wanted == ConfigurationNodeKind.Number ? WithoutLeadingZeros(scalar.Value) : scalar.Value;
        if (!TryResolvePlain(value, out kind, out text, out problem))
            return false;
        if (kind == wanted && (scalar.Tag.Value != Prefix + "int" || text!.AsSpan().IndexOfAny(".eE") < 0))
            return true;
        problem = $"the value does not fit its tag {Short(scalar.Tag)}";
        return false;
    }

    /// <summary>The end of an anchor and a tag that stand before nothing.</summary>
    public static int EndOfProperties(string text, int start, int limit)
    {
        int end = start;
        int at = start;
        while (at < limit && text[at] is '&' or '!')
        {
            while (at < limit && !char.IsWhiteSpace(text[at]) && text[at] is not (',' or ']' or '}'))
                at++;
            end = at;
            while (at < limit && text[at] is ' ' or '\t')
                at++;
        }

        return end;
    }

    /// <summary>The place after the bracket that an array's text starts with, behind its anchor and tag.</summary>
    public static int EndOfOpening(ReadOnlySpan<byte> text, int start) =>
        text[start..].IndexOf((byte)'[') is >= 0 and int bracket ? start + bracket + 1 : start;

    private static bool TryResolvePlain(
        string value, out ConfigurationNodeKind kind, out string? text, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        kind = ConfigurationNodeKind.String;
        text = value;
        switch (value)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                kind = ConfigurationNodeKind.Null;
                text = null;
                return true;
            case "true" or "True" or "TRUE":
                kind = ConfigurationNodeKind.Boolean;
                text = "true";
                return true;
            case "false" or "False" or "FALSE":
                kind = ConfigurationNodeKind.Boolean;
                text = "false";
                return true;
        }

        if (!(char.IsAsciiDigit(value[0]) || value[0] is '-' or '+' or '.'))
            return true;
        if (IsNotFinite(value))
        {
            problem = $"'{value}' is no finite number and can't be kept in a configuration; write a string in quotes";
            return false;
        }

        if (Number(value) is { } number)
        {
            kind = ConfigurationNodeKind.Number;
            text = number;
        }

        return true;
    }

    private static string? Number(string value)
    {
        if (value.Length > 2 && value[0] == '0' && value[1] is 'x' or 'o')
            return Based(value);
        int start = value[0] is '-' or '+' ? 1 : 0;
        int at = start;
        ReadOnlySpan<char> whole = Digits(value, ref at);
        ReadOnlySpan<char> fraction = [];
        bool hasPoint = at < value.Length && value[at] == '.';
        if (hasPoint)
        {
            at++;
            fraction = Digits(value, ref at);
        }

        int exponent = at;
        if (at < value.Length && value[at] is 'e' or 'E')
        {
            at++;
            if (at < value.Length && value[at] is '-' or '+')
                at++;
            if (Digits(value, ref at).IsEmpty)
                return null;
        }

        bool hasLeadingZeros = whole.Length > 1 && whole[0] == '0';
        if (at < value.Length || (whole.IsEmpty && fraction.IsEmpty) || hasLeadingZeros)
            return null;
        if (value[0] != '+' && !whole.IsEmpty && hasPoint == !fraction.IsEmpty)
            return value;
        return string.Concat(
            string.Concat(value[0] == '-' ? "-" : "", whole.IsEmpty ? "0" : whole),
            string.Concat(fraction.IsEmpty ? "" : ".", fraction, value.AsSpan(exponent)));
    }

    private static ReadOnlySpan<char> Digits(string value, scoped ref int at)
    {
        int start = at;
        while (at < value.Length && char.IsAsciiDigit(value[at]))
            at++;
        return value.AsSpan(start, at - start);
    }

    private static string? Based(string value)
    {
        ReadOnlySpan<char> digits = value.AsSpan(2);
        if (value[1] == 'x')
        {
            return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong hexadecimal)
                ? hexadecimal.ToString(CultureInfo.InvariantCulture)
                : null;
        }

        ulong number = 0;
        foreach (char digit in digits)
        {
            if (digit is < '0' or > '7' || number > ulong.MaxValue >> 3)
                return null;
            number = (number << 3) | (uint)(digit - '0');
        }

        return number.ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsNotFinite(string value) =>
        value is ".nan" or ".NaN" or ".NAN"
        || (value.AsSpan(value[0] is '-' or '+' ? 1 : 0) is ".inf" or ".Inf" or ".INF");

    private static string WithoutLeadingZeros(string value)
    {
        int sign = value.Length > 0 && value[0] is '-' or '+' ? 1 : 0;
        int zeros = sign;
        while (zeros + 1 < value.Length && value[zeros] == '0' && char.IsAsciiDigit(value[zeros + 1]))
            zeros++;
        return zeros == sign ? value : string.Concat(value.AsSpan(0, sign), value.AsSpan(zeros));
    }
}
