using System.Globalization;
using System.Text;

namespace Varai.Configuration.Documents;

/// <summary>A place in a text that is not JSON, and small steps from it.</summary>
internal ref struct JsonSyntaxPlace(ReadOnlySpan<byte> text, int offset)
{
    private readonly ReadOnlySpan<byte> _text = text;

    public int Offset { get; private set; } = offset;

    public readonly bool IsAtEnd => Offset >= _text.Length;

    public readonly char Current => IsAtEnd ? '\0' : (char)_text[Offset];

    public readonly ReadOnlySpan<byte> Rest => _text[Offset..];

    public static bool StartsValue(char c) => char.IsAsciiLetterOrDigit(c) || c is '"' or '\'' or '{' or '[' or '-' or '_';

    public void Skip(int count) => Offset += count;

    /// <summary>Goes over white space and comments.</summary>
    public JsonSyntaxProblem? SkipTrivia()
    {
        while (!IsAtEnd)
        {
            if (Current is ' ' or '\t' or '\r' or '\n')
            {
                Offset++;
            }
            else if (Rest.StartsWith("//"u8))
            {
                int end = Rest.IndexOfAny((byte)'\n', (byte)'\r');
                Offset = end < 0 ? _text.Length : Offset + end;
            }
            else if (Rest.StartsWith("/*"u8))
            {
                int end = Rest[2..].IndexOf("*/"u8);
                if (end < 0)
                    return new JsonSyntaxProblem(Offset, "the comment is not closed; '*/' is missing");
                Offset += end + 4;
            }
            else if (Current == '/')
            {
                return new JsonSyntaxProblem(Offset, "a comment starts with '//' or '/*'");
            }
            else if (Current == '#')
            {
                return new JsonSyntaxProblem(Offset, "a comment starts with '//' or '/*', not with '#'");
            }
            else
            {
                break;
            }
        }

        return null;
    }

    /// <summary>Goes over a number, when one stands here and the file ends with it.</summary>
    public bool SkipLastNumber()
    {
        ReadOnlySpan<byte> rest = Rest.TrimEnd(" \t\r\n"u8);
        if (rest.IsEmpty || !char.IsAsciiDigit((char)rest[^1]) || rest.IndexOfAnyExcept(NumberBytes) >= 0)
            return false;
        Offset += rest.Length;
        return true;
    }

    /// <summary>Goes over a string.</summary>
    public JsonSyntaxProblem? SkipString()
    {
        int at = Offset + 1;
        while (at < _text.Length)
        {
            byte b = _text[at];
            if (b == '"')
            {
                Offset = at + 1;
                return null;
            }

            if (b is (byte)'\n' or (byte)'\r')
                return new JsonSyntaxProblem(Offset, "the string is not closed on its line; a closing '\"' is missing, or write \\n for a line break");
            if (b < ' ')
            {
                return new JsonSyntaxProblem(at, b == '\t'
                    ? "a tab in a string is written \\t"
                    : string.Create(CultureInfo.InvariantCulture, $"a control character in a string is written \\u{b:X4}"));
            }

            if (b != '\\')
            {
                at++;
                continue;
            }

            char escape = at + 1 < _text.Length ? (char)_text[at + 1] : '\0';
            if (escape == 'u')
            {
                if (at + JsonEscapes.UnicodeLength > _text.Length || _text.Slice(at + 2, 4).IndexOfAnyExcept(HexDigits) >= 0)
                    return new JsonSyntaxProblem(at, "the escape \\u needs four hexadecimal digits");
                at += JsonEscapes.UnicodeLength;
            }
            else if (escape is '"' or '\\' or '/' or 'b' or 'f' or 'n' or 'r' or 't')
            {
                at += 2;
            }
            else
            {
                return new JsonSyntaxProblem(at, "a '\\' in a string is written \\\\; after a single one comes one of \" \\ / b f n r t u");
            }
        }

        return new JsonSyntaxProblem(Offset, "the string is not closed; a closing '\"' is missing");
    }

    /// <summary>The character here for a message; letters and digits are not shown, for they may belong to a secret.</summary>
    public readonly string Describe()
    {
        if (IsAtEnd)
            return "the end of the file";
        Rune.DecodeFromUtf8(Rest, out Rune rune, out _);
        if (Rune.IsLetterOrDigit(rune))
            return "unquoted text";
        return Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) || !rune.IsBmp
            ? string.Create(CultureInfo.InvariantCulture, $"the character U+{rune.Value:X4}")
            : $"'{rune}'";
    }

    private static readonly System.Buffers.SearchValues<byte> HexDigits = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF"u8);

    private static readonly System.Buffers.SearchValues<byte> NumberBytes = System.Buffers.SearchValues.Create("0123456789+-.eE"u8);
}
