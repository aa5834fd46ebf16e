using System.Globalization;

namespace Varai.FeatureFlags.Matching;

/// <summary>Reads a regular expression in the syntax of .NET, except what no automaton can do in linear time.</summary>
/// <remarks>.NET's own parser has accepted the text before: only what is valid there, and not supported here, is refused.</remarks>
internal sealed class PatternParser
{
    private readonly string _text;
    private int _at;
    private bool _ignoreCase;
    private bool _isMultiline;
    private bool _isSingleline;

    private PatternParser(string text, bool ignoreCase)
    {
        _text = text;
        _ignoreCase = ignoreCase;
    }

    private bool IsAtEnd => _at >= _text.Length;

    /// <exception cref="NotSupportedException">The expression needs what is not supported; the message says what.</exception>
    public static PatternNode Parse(string text, bool ignoreCase)
    {
        var parser = new PatternParser(text, ignoreCase);
        PatternNode node = parser.ReadChoice();
        return parser.IsAtEnd ? node : throw parser.Refuse("a ')' without '('");
    }

    private PatternNode ReadChoice()
    {
        (bool ignoreCase, bool isMultiline, bool isSingleline) = (_ignoreCase, _isMultiline, _isSingleline);
        List<PatternNode> choices = [ReadSequence()];
        while (TryTake('|'))
            choices.Add(ReadSequence());
        (_ignoreCase, _isMultiline, _isSingleline) = (ignoreCase, isMultiline, isSingleline);
        return choices.Count == 1 ? choices[0] : new PatternNode.Choice(choices);
    }

    private PatternNode.Sequence ReadSequence()
    {
        var parts = new List<PatternNode>();
        while (!IsAtEnd && _text[_at] is not ('|' or ')'))
        {
            PatternNode? part = ReadPart();
            if (part is not null)
                parts.Add(ReadQuantifiers(part));
        }

        return new PatternNode.Sequence(parts);
    }

    private PatternNode? ReadPart()
    {
        char c = _text[_at++];
        return c switch
        {
            '(' => ReadGroup(),
            '[' => new PatternNode.Characters(ReadClass()),
            '.' => new PatternNode.Characters(_isSingleline ? CharacterSet.Full : CharacterSet.Of('\n', '\n').Negate()),
            '^' => new PatternNode.Place(_isMultiline ? PatternPlace.LineStart : PatternPlace.Start),
            '$' => new PatternNode.Place(_isMultiline ? PatternPlace.LineEnd : PatternPlace.End),
            '\\' => ReadEscape(),
            _ => Literal(c),
        };
    }

    private PatternNode? ReadGroup()
    {
        if (!TryTake('?'))
            return ReadGroupEnd();
        if (TryTake('#'))
        {
            _at = _text.IndexOf(')', _at) + 1;
            return null;
        }

        if (TryTake('=') || TryTake('!'))
            throw Refuse("a lookahead");
        if (TryTake('>'))
            throw Refuse("an atomic group");
        if (TryTake('('))
            throw Refuse("a conditional group");
        if (_text[_at] is '<' or '\'')
            return ReadNamedGroup(_text[_at++] == '<' ? '>' : '\'');

        (bool ignoreCase, bool isMultiline, bool isSingleline) = (_ignoreCase, _isMultiline, _isSingleline);
        ReadOptions();
        if (TryTake(')'))
            return null;
        _at++;
        PatternNode group = ReadGroupEnd();
        (_ignoreCase, _isMultiline, _isSingleline) = (ignoreCase, isMultiline, isSingleline);
        return group;
    }

    private PatternNode ReadNamedGroup(char end)
    {
        if (_text[_at] is '=' or '!')
            throw Refuse("a lookbehind");
        int close = _text.IndexOf(end, _at);
        if (_text.AsSpan(_at, close - _at).Contains('-'))
            throw Refuse("a balancing group");
        _at = close + 1;
        return ReadGroupEnd();
    }

    private PatternNode ReadGroupEnd()
    {
        PatternNode group = ReadChoice();
        return TryTake(')') ? group : throw Refuse("a '(' without ')'");
    }

    // Up to the ':' or ')' behind them.
    private void ReadOptions()
    {
        bool on = true;
        for (; _text[_at] is not (':' or ')'); _at++)
        {
            switch (_text[_at])
            {
                case '-':
                    on = false;
                    break;
                case '+':
                    on = true;
                    break;
                case 'i' or 'I':
                    _ignoreCase = on;
                    break;
                case 'm' or 'M':
                    _isMultiline = on;
                    break;
                case 's' or 'S':
                    _isSingleline = on;
                    break;
                case 'n' or 'N':
                    break;
                default:
                    throw Refuse($"the option '{_text[_at]}'");
            }
        }
    }

    private PatternNode ReadQuantifiers(PatternNode part)
    {
        if (IsAtEnd)
            return part;
        char c = _text[_at];
        (int Least, int? Most) found;
        if (c is '*' or '+' or '?')
        {
            found = (c == '+' ? 1 : 0, c == '?' ? 1 : null);
            _at++;
        }
        else if (c == '{' && ReadCount() is { } count)
        {
            found = count;
        }
        else
        {
            return part;
        }

        // Whether it takes as little or as much as it can decides where a match ends, not whether there is one.
        TryTake('?');
        return new PatternNode.Repetition(part, found.Least, found.Most);
    }

    // {n}, {n,} or {n,m}; a brace that is none of them is a character.
    private (int Least, int? Most)? ReadCount()
    {
        int close = _text.IndexOf('}', _at);
        if (close < 0)
            return null;
        ReadOnlySpan<char> count = _text.AsSpan(_at + 1, close - _at - 1);
        int comma = count.IndexOf(',');
        ReadOnlySpan<char> first = comma < 0 ? count : count[..comma];
        ReadOnlySpan<char> last = comma < 0 ? count : count[(comma + 1)..];
        if (first.IsEmpty || first.IndexOfAnyExceptInRange('0', '9') >= 0 || last.IndexOfAnyExceptInRange('0', '9') >= 0)
            return null;
        _at = close + 1;
        return (Number(first), last.IsEmpty ? null : Number(last));

        static int Number(ReadOnlySpan<char> digits) =>
            int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue;
    }

    private PatternNode ReadEscape()
    {
        char c = _text[_at++];
        switch (c)
        {
            case 'A':
                return new PatternNode.Place(PatternPlace.Start);
            case 'Z':
                return new PatternNode.Place(PatternPlace.End);
            case 'z':
                return new PatternNode.Place(PatternPlace.VeryEnd);
            case 'b':
                return new PatternNode.Place(PatternPlace.WordBoundary);
            case 'B':
                return new PatternNode.Place(PatternPlace.NoWordBoundary);
            case 'G':
                throw Refuse("the place \\G");
            case 'k' or (>= '0' and <= '9'):
                throw Refuse("a backreference or octal escape");
            default:
                return ReadShorthand(c) is { } set ? new PatternNode.Characters(set) : Literal(ReadEscapedCharacter(c));
        }
    }

    private CharacterSet? ReadShorthand(char c) => c switch
    {
        'd' => CharacterSet.Of(UnicodeCategory.DecimalDigitNumber),
        'D' => CharacterSet.Of(UnicodeCategory.DecimalDigitNumber).Negate(),
        'w' => PatternSets.Word,
        'W' => PatternSets.Word.Negate(),
        's' => PatternSets.Space,
        'S' => PatternSets.Space.Negate(),
        'p' => ReadCategory(),
        'P' => ReadCategory().Negate(),
        _ => null,
    };

    private CharacterSet ReadCategory()
    {
        int close = _text.IndexOf('}', _at);
        string name = _text[(_at + 1)..close];
        _at = close + 1;

        // Without case an upper-case letter is any that has cases.
        if (_ignoreCase && name is ("Lu" or "Ll" or "Lt"))
            return PatternSets.Cased;
        return PatternSets.Find(name) ?? throw Refuse($"the Unicode block '{name}'");
    }

    private char ReadEscapedCharacter(char c) => c switch
    {
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        'f' => '\f',
        'v' => '\v',
        'a' => '\a',
        'e' => '\u001B',
        'x' => ReadHex(2),
        'u' => ReadHex(4),
        'c' => (char)(char.ToUpperInvariant(_text[_at++]) - '@'),
        _ => c,
    };

    private char ReadHex(int digits)
    {
        _at += digits;
        return (char)int.Parse(_text.AsSpan(_at - digits, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    private CharacterSet ReadClass()
    {
        bool isNegated = TryTake('^');
        var sets = new List<CharacterSet>();
        CharacterSet? except = null;
        int start = _at;
        char? rangeFrom = null;
        while (except is null && (_at == start || _text[_at] != ']'))
        {
            bool isFirst = _at == start;
            char c = _text[_at++];
            bool isEscaped = c == '\\';
            if (isEscaped)
            {
                c = _text[_at++];
                if (c is >= '0' and <= '9')
                    throw Refuse("an octal escape");
                if (ReadShorthand(c) is { } shorthand)
                {
                    sets.Add(shorthand);
                    continue;
                }

                if (c == '-' && rangeFrom is null)
                {
                    sets.Add(Fold(CharacterSet.Of('-', '-')));
                    continue;
                }

                c = c == 'b' ? '\b' : ReadEscapedCharacter(c);
            }
            else if (c == '[' && _text[_at] == ':')
            {
                throw Refuse("a POSIX class; write \\p{L}, \\d or a range");
            }

            if (rangeFrom is { } from)
            {
                rangeFrom = null;
                if (c == '[' && !isEscaped && !isFirst)
                {
                    sets.Add(Fold(CharacterSet.Of(from, from)));
                    except = ReadClass();
                }
                else
                {
                    sets.Add(Fold(CharacterSet.Of(from, c)));
                }
            }
            else if (_at + 1 < _text.Length && _text[_at] == '-' && _text[_at + 1] != ']')
            {
                rangeFrom = c;
                _at++;
            }
            else if (c == '-' && !isEscaped && !isFirst && _text[_at] == '[')
            {
                _at++;
                except = ReadClass();
            }
            else
            {
                sets.Add(Fold(CharacterSet.Of(c, c)));
            }
        }

        _at++;
        CharacterSet set = CharacterSet.Union(sets);
        if (isNegated)
            set = set.Negate();
        return except is null ? set : set.Except(except);
    }

    private PatternNode.Characters Literal(char c) => new(Fold(CharacterSet.Of(c, c)));

    private CharacterSet Fold(CharacterSet set) => _ignoreCase ? set.FoldCase() : set;

    private bool TryTake(char c)
    {
        if (IsAtEnd || _text[_at] != c)
            return false;
        _at++;
        return true;
    }

    private NotSupportedException Refuse(string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"has {what}, before character {_at + 1}"));
}
