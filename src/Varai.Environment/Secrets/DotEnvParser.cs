using System.Text;

namespace Varai.Secrets;

/// <summary>Reads the lines of a <c>.env</c> file: <c>KEY=value</c>, as the tools of that format agree on them.</summary>
/// <remarks>
/// <c>export</c> may stand in front. A value is bare, up to the end of the line or a comment; or in <c>'</c> or <c>`</c>, where
/// everything stands for itself; or in <c>"</c>, where <c>\n \r \" \\</c> are escapes. A value in quotes may go over several lines. A <c>$</c> is
/// a <c>$</c>: nothing is expanded. Of two lines with one key the later counts. A <c>#</c> inside a bare value begins a comment for
/// some tools and belongs to the value for others, so it is refused, as is every line that is none of this.
/// </remarks>
internal ref struct DotEnvParser
{
    private readonly ReadOnlySpan<byte> _text;
    private int _position;
    private int _line = 1;

    public DotEnvParser(ReadOnlySpan<byte> text)
    {
        _text = text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
    }

    /// <summary>The line that the last key or error is on, counted from 1.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Reads the next key and its value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Takes the value; it is emptied first.</param>
    /// <param name="expected">What should have been on <see cref="Line"/>; null where nothing is wrong.</param>
    /// <returns>False at the end, and after an error.</returns>
    public bool Read(out string key, SecretText value, out string? expected)
    {
        key = "";
        expected = null;
        SkipToKey();
        Line = _line;
        if (_position == _text.Length)
            return false;

        if (!TryReadKey(out key))
        {
            expected = "a key of letters, digits, '_', '.' and '-'";
            return false;
        }

        SkipBlanks();
        if (!TrySkip((byte)'='))
        {
            expected = "'=' after the key";
            return false;
        }

        SkipBlanks();
        value.Clear();
        expected = Current is (byte)'"' or (byte)'\'' or (byte)'`' ? ReadQuoted(value) : ReadBare(value);
        return expected is null;
    }

    // 0 at the end; a file with that character in it has no such line, either.
    private readonly byte Current => _position < _text.Length ? _text[_position] : (byte)0;

    private readonly bool IsLineEnd => _position == _text.Length || _text[_position] is (byte)'\n' or (byte)'\r';

    private void SkipToKey()
    {
        while (_position < _text.Length)
        {
            if (Current is (byte)' ' or (byte)'\t')
                _position++;
            else if (Current == '#')
                SkipLine();
            else if (!SkipLineEnd())
                return;
        }
    }

    private bool TryReadKey(out string key)
    {
        key = ReadWord();
        if (key == "export" && Current is (byte)' ' or (byte)'\t')
        {
            int afterExport = _position;
            SkipBlanks();
            if (Current == '=')
                _position = afterExport;
            else
                key = ReadWord();
        }

        return key.Length > 0;
    }

    private string ReadWord()
    {
        int start = _position;
        while (char.IsAsciiLetterOrDigit((char)Current) || Current is (byte)'_' or (byte)'.' or (byte)'-')
            _position++;
        return Encoding.ASCII.GetString(_text[start.._position]);
    }

    private string? ReadBare(SecretText value)
    {
        int start = _position;
        int end = start;
        while (!IsLineEnd)
        {
            bool isBlank = Current is (byte)' ' or (byte)'\t';
            if (Current == '#')
            {
                if (_position > start && _position == end || _position == start && _text[_position - 1] == '=')
                    return "quotes around the value, because it has a '#' that may or may not begin a comment";
                break;
            }

            _position++;
            end = isBlank ? end : _position;
        }

        value.Append(_text[start..end]);
        SkipLine();
        return null;
    }

    private string? ReadQuoted(SecretText value)
    {
        byte quote = Current;
        _position++;
        while (_position < _text.Length && Current != quote)
        {
            if (Current is (byte)'\n' or (byte)'\r')
            {
                SkipLineEnd();
                value.Append((byte)'\n');
            }
            else
            {
                value.Append(quote == '"' && TryUnescape(out byte unescaped) ? unescaped : Current);
                _position++;
            }
        }

        if (!TrySkip(quote))
            return $"a closing {(char)quote} of the value";
        SkipBlanks();
        if (!IsLineEnd && Current != '#')
        {
            Line = _line;
            return $"the end of the line, or a comment, after the closing {(char)quote}";
        }

        SkipLine();
        return null;
    }

    // Moves to the escape's last character.
    private bool TryUnescape(out byte unescaped)
    {
        unescaped = 0;
        if (Current != '\\' || _position + 1 == _text.Length)
            return false;
        unescaped = _text[_position + 1] switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'"' => (byte)'"',
            (byte)'\\' => (byte)'\\',
            _ => 0,
        };
        if (unescaped == 0)
            return false;
        _position++;
        return true;
    }

    private bool TrySkip(byte expected)
    {
        if (_position == _text.Length || Current != expected)
            return false;
        _position++;
        return true;
    }

    private void SkipBlanks()
    {
        while (Current is (byte)' ' or (byte)'\t')
            _position++;
    }

    private void SkipLine()
    {
        while (!IsLineEnd)
            _position++;
        SkipLineEnd();
    }

    private bool SkipLineEnd()
    {
        int length = _text[_position..] switch
        {
            [(byte)'\r', (byte)'\n', ..] => 2,
            [(byte)'\r' or (byte)'\n', ..] => 1,
            _ => 0,
        };
        _position += length;
        _line += length == 0 ? 0 : 1;
        return length > 0;
    }
}
