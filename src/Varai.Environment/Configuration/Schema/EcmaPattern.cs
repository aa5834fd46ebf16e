using System.Globalization;
using System.Text;

namespace Varai.Configuration.Schema;

/// <summary>Rewrites a regular expression of ECMA-262 (unicode mode) to one of .NET that matches the same text.</summary>
/// <remarks>The engines differ in silence: .NET's <c>\d</c>, <c>\w</c> and <c>\b</c> know all scripts, its <c>$</c> matches before a
/// final line break, its <c>.</c> is one UTF-16 unit, its groups are numbered another way.</remarks>
internal sealed class EcmaPattern
{
    private const string WordCharacter = "[a-zA-Z0-9_]";
    private const string LineEnds = @"\n\r\u2028\u2029";

    private readonly string _pattern;
    private readonly StringBuilder _output;
    private readonly Dictionary<string, int> _names = [];
    private int _position;
    private int _groups;
    private int _allGroups;

    private EcmaPattern(string pattern)
    {
        _pattern = pattern;
        _output = new StringBuilder(pattern.Length + 16);
    }

    /// <summary>Rewrites a pattern.</summary>
    /// <exception cref="FormatException">The pattern isn't one of ECMA-262, or uses a part of it that has no equal here.</exception>
    public static string Translate(string pattern)
    {
        var translation = new EcmaPattern(pattern);
        translation.NumberGroups();
        translation.TranslateAll();
        return translation._output.ToString();
    }

    private bool AtEnd => _position >= _pattern.Length;

    // A name may be referred to before its group stands, so that numbers are given out first.
    private void NumberGroups()
    {
        bool inClass = false;
        int count = 0;
        for (int i = 0; i < _pattern.Length; i++)
        {
            char c = _pattern[i];
            if (c == '\\')
                i++;
            else if (c is '[' or ']')
                inClass = c == '[';
            else if (c == '(' && !inClass)
                count = NumberGroup(i, count);
        }

        _allGroups = count;
    }

    private int NumberGroup(int open, int count)
    {
        if (!Follows(open + 1, "?"))
            return count + 1;
        if (!Follows(open + 1, "?<") || Follows(open + 1, "?<=") || Follows(open + 1, "?<!"))
            return count;
        int end = _pattern.IndexOf('>', open);
        if (end < 0 || end == open + 3)
            throw new FormatException("a group's name has no end or is empty");
        if (!_names.TryAdd(_pattern[(open + 3)..end], count + 1))
            throw new FormatException($"two groups are named '{_pattern[(open + 3)..end]}'");
        return count + 1;
    }

    private void TranslateAll()
    {
        while (!AtEnd)
        {
            char c = _pattern[_position];
            switch (c)
            {
                case '\\':
                    TranslateEscape();
                    break;
                case '[':
                    _position++;
                    new EcmaCharacterClass(_pattern, ref _position).Write(_output, IsUncountedLoop(_position));
                    break;
                case '(':
                    TranslateGroup();
                    break;
                case '.':
                    _position++;
                    EcmaCharacterClass.WriteNegated(_output, LineEnds, "", IsUncountedLoop(_position));
                    break;
                case '$':
                    _position++;
                    _output.Append(@"\z");
                    break;
                case '{' when !IsQuantifier():
                case '}' or ']':
                    _position++;
                    _output.Append('\\').Append(c);
                    break;
                case '{':
                    CopyQuantifier();
                    break;
                default:
                    TranslateLiteral();
                    break;
            }
        }
    }

    private void TranslateLiteral()
    {
        if (char.IsHighSurrogate(_pattern[_position]) && _position + 1 < _pattern.Length && char.IsLowSurrogate(_pattern[_position + 1]))
        {
            // One character to ECMA-262, two to .NET: a quantifier must hold for both.
            _output.Append("(?:").Append(_pattern, _position, 2).Append(')');
            _position += 2;
            return;
        }

        _output.Append(_pattern[_position++]);
    }

    private void TranslateGroup()
    {
        _position++;
        if (!Follows(_position, "?"))
        {
            _groups++;
            _output.Append('(');
            return;
        }

        foreach (string kind in (ReadOnlySpan<string>)["?:", "?=", "?!", "?<=", "?<!", "?i:", "?-i:"])
        {
            if (!Follows(_position, kind))
                continue;
            _position += kind.Length;
            _output.Append('(').Append(kind);
            return;
        }

        if (!Follows(_position, "?<"))
            throw new FormatException($"the group '({_pattern.AsSpan(_position, Math.Min(3, _pattern.Length - _position))}' is none of ECMA-262");
        int end = _pattern.IndexOf('>', _position);
        if (end < 0)
            throw new FormatException("a group's name has no end");
        _position = end + 1;
        _groups++;
        _output.Append('(');
    }

    private void TranslateEscape()
    {
        _position++;
        if (AtEnd)
            throw new FormatException(@"it ends in a single '\'");

        char c = _pattern[_position];
        switch (c)
        {
            case 'b':
                _position++;
                _output.Append($"(?:(?<={WordCharacter})(?!{WordCharacter})|(?<!{WordCharacter})(?={WordCharacter}))");
                return;
            case 'B':
                _position++;
                _output.Append($"(?:(?<={WordCharacter})(?={WordCharacter})|(?<!{WordCharacter})(?!{WordCharacter}))");
                return;
            case 'k':
                TranslateNamedReference();
                return;
            case >= '1' and <= '9':
                TranslateNumberedReference();
                return;
            default:
                _position--;
                EcmaCharacterClass.Single(_pattern, ref _position).Write(_output, IsUncountedLoop(_position));
                return;
        }
    }

    private void TranslateNamedReference()
    {
        int end = Follows(_position, "k<") ? _pattern.IndexOf('>', _position) : -1;
        if (end < 0)
            throw new FormatException(@"'\k' needs the name of a group as in '\k<name>'");
        string name = _pattern[(_position + 2)..end];
        if (!_names.TryGetValue(name, out int number))
            throw new FormatException($"no group is named '{name}'");
        _position = end + 1;
        WriteReference(number);
    }

    private void TranslateNumberedReference()
    {
        int start = _position;
        while (!AtEnd && char.IsAsciiDigit(_pattern[_position]))
            _position++;
        if (!int.TryParse(_pattern.AsSpan(start, _position - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || number > _allGroups)
            throw new FormatException($@"there is no group '\{_pattern.AsSpan(start, _position - start)}'");
        WriteReference(number);
    }

    // A group that took no part matches nothing at all in .NET, and the empty text in ECMA-262.
    private void WriteReference(int number)
    {
        string digits = number.ToString(CultureInfo.InvariantCulture);
        if (number > _groups)
            _output.Append("(?:)");
        else
            _output.Append("(?(").Append(digits).Append(@")(?:\").Append(digits).Append(")|)");
    }

    private bool IsQuantifier()
    {
        int i = _position + 1;
        int start = i;
        while (i < _pattern.Length && char.IsAsciiDigit(_pattern[i]))
            i++;
        if (i == start)
            return false;
        if (i < _pattern.Length && _pattern[i] == ',')
            i++;
        while (i < _pattern.Length && char.IsAsciiDigit(_pattern[i]))
            i++;
        return i < _pattern.Length && _pattern[i] == '}';
    }

    private void CopyQuantifier()
    {
        int end = _pattern.IndexOf('}', _position) + 1;
        _output.Append(_pattern, _position, end - _position);
        _position = end;
    }

    // Under * and + it makes no difference whether a character is one unit or two, and the plain class is faster.
    private bool IsUncountedLoop(int position) => position < _pattern.Length && _pattern[position] is '*' or '+';

    private bool Follows(int position, string text) =>
        string.CompareOrdinal(_pattern, position, text, 0, text.Length) == 0;
}
