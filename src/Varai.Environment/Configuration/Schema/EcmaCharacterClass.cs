using System.Globalization;
using System.Text;

namespace Varai.Configuration.Schema;

/// <summary>A character class or a single escaped character of ECMA-262, split into what .NET's classes can hold (one UTF-16 unit)
/// and the characters above it, which become alternatives of surrogate pairs.</summary>
internal sealed class EcmaCharacterClass
{
    private const string Digits = "0-9";
    private const string NotDigits = @"\0-/:-\uffff";
    private const string Words = "a-zA-Z0-9_";
    private const string NotWords = @"\0-/:-@\[-^`{-\uffff";
    private const string Spaces = @"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";
    private const string NotSpaces =
        @"\0-\b\u000e-\u001f!-\u009f\u00a1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff\u3001-\ufefe\uff00-\uffff";

    private const string AstralPair = @"[\ud800-\udbff][\udc00-\udfff]";
    private const int FirstAstral = 0x10000;

    private static readonly Dictionary<string, string> Categories = new(StringComparer.Ordinal)
    {
        ["Letter"] = "L",
        ["Cased_Letter"] = "LC",
        ["Uppercase_Letter"] = "Lu",
        ["Lowercase_Letter"] = "Ll",
        ["Titlecase_Letter"] = "Lt",
        ["Modifier_Letter"] = "Lm",
        ["Other_Letter"] = "Lo",
        ["Mark"] = "M",
        ["Combining_Mark"] = "M",
        ["Nonspacing_Mark"] = "Mn",
        ["Spacing_Mark"] = "Mc",
        ["Enclosing_Mark"] = "Me",
        ["Number"] = "N",
        ["Decimal_Number"] = "Nd",
        ["digit"] = "Nd",
        ["Letter_Number"] = "Nl",
        ["Other_Number"] = "No",
        ["Punctuation"] = "P",
        ["punct"] = "P",
        ["Connector_Punctuation"] = "Pc",
        ["Dash_Punctuation"] = "Pd",
        ["Open_Punctuation"] = "Ps",
        ["Close_Punctuation"] = "Pe",
        ["Initial_Punctuation"] = "Pi",
        ["Final_Punctuation"] = "Pf",
        ["Other_Punctuation"] = "Po",
        ["Symbol"] = "S",
        ["Math_Symbol"] = "Sm",
        ["Currency_Symbol"] = "Sc",
        ["Modifier_Symbol"] = "Sk",
        ["Other_Symbol"] = "So",
        ["Separator"] = "Z",
        ["Space_Separator"] = "Zs",
        ["Line_Separator"] = "Zl",
        ["Paragraph_Separator"] = "Zp",
        ["Other"] = "C",
        ["Control"] = "Cc",
        ["cntrl"] = "Cc",
        ["Format"] = "Cf",
        ["Surrogate"] = "Cs",
        ["Private_Use"] = "Co",
        ["Unassigned"] = "Cn",
    };

    private static readonly HashSet<string> ShortCategories =
        [.. Categories.Values.Where(category => !string.Equals(category, "LC", StringComparison.Ordinal))];

    private readonly string _pattern;
    private readonly StringBuilder _units = new();
    private readonly StringBuilder _astral = new();
    private readonly bool _negated;
    private bool _wholeAstral;

    /// <summary>Reads a class whose opening bracket was just read.</summary>
    public EcmaCharacterClass(string pattern, ref int position)
    {
        _pattern = pattern;
        if (position < pattern.Length && pattern[position] == '^')
        {
            _negated = true;
            position++;
        }

        while (true)
        {
            if (position >= pattern.Length)
                throw new FormatException("a '[' has no ']'");
            if (pattern[position] == ']')
                break;
            ReadRange(ref position);
        }

        position++;
    }

    private EcmaCharacterClass(string pattern) => _pattern = pattern;

    /// <summary>Reads one escape outside of a class.</summary>
    public static EcmaCharacterClass Single(string pattern, ref int position)
    {
        var single = new EcmaCharacterClass(pattern);
        int? character = single.ReadAtom(ref position);
        if (character is { } c)
            single.AddRange(c, c);
        return single;
    }

    /// <summary>Writes the class; <paramref name="simple"/> when it stands under a loop without count.</summary>
    public void Write(StringBuilder output, bool simple)
    {
        if (_wholeAstral)
            AddAlternative(AstralPair);
        if (_negated)
        {
            WriteNegated(output, _units.ToString(), _astral.ToString(), simple);
            return;
        }

        if (_units.Length == 0 && _astral.Length == 0)
            output.Append("(?!)");
        else if (_astral.Length == 0)
            output.Append('[').Append(_units).Append(']');
        else if (_units.Length == 0)
            output.Append("(?:").Append(_astral).Append(')');
        else
            output.Append("(?:[").Append(_units).Append("]|").Append(_astral).Append(')');
    }

    /// <summary>Writes the class of all characters but these.</summary>
    public static void WriteNegated(StringBuilder output, string units, string astral, bool simple)
    {
        if (simple && astral.Length == 0)
        {
            output.Append(units.Length == 0 ? @"[\s\S]" : $"[^{units}]");
            return;
        }

        string without = astral.Length == 0 ? "" : $"(?!{astral})";
        output.Append($@"(?:[^{units}\ud800-\udfff]|{without}{AstralPair})");
    }

    private void ReadRange(ref int position)
    {
        int? low = ReadAtom(ref position);
        bool range = position + 1 < _pattern.Length && _pattern[position] == '-' && _pattern[position + 1] != ']';
        if (!range || low is null)
        {
            if (low is { } single)
                AddRange(single, single);
            return;
        }

        position++;
        if (ReadAtom(ref position) is not { } high)
        {
            // [a-\d]: the unicode mode refuses it, everybody else takes the hyphen as itself.
            AddRange(low.Value, low.Value);
            AddRange('-', '-');
            return;
        }

        if (high < low)
            throw new FormatException("a range in '[...]' runs backwards");
        AddRange(low.Value, high);
    }

    // One character, or null when the escape stood for a whole set, which is then already added.
    private int? ReadAtom(ref int position)
    {
        char c = _pattern[position++];
        if (c != '\\')
        {
            if (char.IsHighSurrogate(c) && position < _pattern.Length && char.IsLowSurrogate(_pattern[position]))
                return char.ConvertToUtf32(c, _pattern[position++]);
            return c;
        }

        if (position >= _pattern.Length)
            throw new FormatException(@"it ends in a single '\'");
        c = _pattern[position++];
        switch (c)
        {
            case 'd': return AddSet(Digits, astral: false);
            case 'D': return AddSet(NotDigits, astral: true);
            case 'w': return AddSet(Words, astral: false);
            case 'W': return AddSet(NotWords, astral: true);
            case 's': return AddSet(Spaces, astral: false);
            case 'S': return AddSet(NotSpaces, astral: true);
            case 'p' or 'P': return AddProperty(c == 'P', ref position);
            case 'b': return '\b';
            case 't': return '\t';
            case 'n': return '\n';
            case 'v': return '\v';
            case 'f': return '\f';
            case 'r': return '\r';
            case '0' when position >= _pattern.Length || !char.IsAsciiDigit(_pattern[position]): return '\0';
            case 'c' when position < _pattern.Length && char.IsAsciiLetter(_pattern[position]): return _pattern[position++] % 32;
            case 'x': return ReadHex(2, ref position);
            case 'u': return ReadUnicode(ref position);
            default:
                if (char.IsAsciiLetterOrDigit(c))
                    throw new FormatException($@"the escape '\{c}' means nothing in ECMA-262");
                return c;
        }
    }

    private int ReadUnicode(ref int position)
    {
        if (position < _pattern.Length && _pattern[position] == '{')
        {
            int end = _pattern.IndexOf('}', position);
            if (end < 0 || !int.TryParse(_pattern.AsSpan(position + 1, end - position - 1), NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture, out int wide) || wide is < 0 or > 0x10FFFF)
                throw new FormatException(@"'\u{...}' needs a code point in hexadecimal");
            position = end + 1;
            return wide;
        }

        int unit = ReadHex(4, ref position);
        if (char.IsHighSurrogate((char)unit) && position + 1 < _pattern.Length && _pattern[position] == '\\' && _pattern[position + 1] == 'u')
        {
            int after = position + 2;
            int low = ReadHex(4, ref after);
            if (char.IsLowSurrogate((char)low))
            {
                position = after;
                return char.ConvertToUtf32((char)unit, (char)low);
            }
        }

        return unit;
    }

    private int ReadHex(int length, ref int position)
    {
        if (position + length > _pattern.Length || !int.TryParse(_pattern.AsSpan(position, length), NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture, out int value))
            throw new FormatException($@"'\{(length == 2 ? 'x' : 'u')}' needs {length} hexadecimal digits");
        position += length;
        return value;
    }

    private int? AddProperty(bool negated, ref int position)
    {
        int end = position < _pattern.Length && _pattern[position] == '{' ? _pattern.IndexOf('}', position) : -1;
        if (end < 0)
            throw new FormatException(@"'\p' needs a property as in '\p{Letter}'");
        string property = _pattern[(position + 1)..end];
        position = end + 1;
        string name = property;
        if (name.StartsWith("gc=", StringComparison.Ordinal) || name.StartsWith("General_Category=", StringComparison.Ordinal))
            name = name[(name.IndexOf('=') + 1)..];

        if (string.Equals(name, "Any", StringComparison.Ordinal))
            return negated ? null : AddSet(@"\0-\uffff", astral: true);
        if (string.Equals(name, "ASCII", StringComparison.Ordinal))
            return AddSet(negated ? @"\u0080-\uffff" : @"\0-\u007f", astral: negated);

        string category = Categories.GetValueOrDefault(name, name);
        if (string.Equals(category, "LC", StringComparison.Ordinal))
            return negated ? throw Unsupported(property) : AddSet(@"\p{Lu}\p{Ll}\p{Lt}", astral: false);
        if (!ShortCategories.Contains(category))
            throw Unsupported(property);
        return AddSet($@"\{(negated ? 'P' : 'p')}{{{category}}}", astral: negated);
    }

    private static FormatException Unsupported(string property) =>
        new($"the property '{property}' is not supported; use general categories such as \\p{{Letter}} or \\p{{Lu}}");

    private int? AddSet(string units, bool astral)
    {
        _units.Append(units);
        _wholeAstral |= astral;
        return null;
    }

    private void AddRange(int low, int high)
    {
        if (low < FirstAstral)
        {
            AppendUnit(low);
            if (high > low)
            {
                _units.Append('-');
                AppendUnit(Math.Min(high, FirstAstral - 1));
            }
        }

        if (high >= FirstAstral)
            AddAstral(Math.Max(low, FirstAstral), high);
    }

    private void AppendUnit(int unit)
    {
        if (char.IsAsciiLetterOrDigit((char)unit))
            _units.Append((char)unit);
        else
            _units.Append(CultureInfo.InvariantCulture, $@"\u{unit:x4}");
    }

    private void AddAstral(int low, int high)
    {
        (int lowHead, int lowTail) = Split(low);
        (int highHead, int highTail) = Split(high);
        if (lowHead == highHead)
        {
            AddPair(lowHead, lowHead, lowTail, highTail);
            return;
        }

        AddPair(lowHead, lowHead, lowTail, 0xDFFF);
        if (highHead - lowHead > 1)
            AddPair(lowHead + 1, highHead - 1, 0xDC00, 0xDFFF);
        AddPair(highHead, highHead, 0xDC00, highTail);
    }

    private void AddPair(int headFrom, int headTo, int tailFrom, int tailTo) =>
        AddAlternative($@"[\u{headFrom:x4}-\u{headTo:x4}][\u{tailFrom:x4}-\u{tailTo:x4}]");

    private void AddAlternative(string alternative)
    {
        if (_astral.Length > 0)
            _astral.Append('|');
        _astral.Append(alternative);
    }

    private static (int Head, int Tail) Split(int codePoint) =>
        (0xD800 + ((codePoint - FirstAstral) >> 10), 0xDC00 + ((codePoint - FirstAstral) & 0x3FF));
}
