namespace Varai.Configuration.Documents;

/// <summary>How a format writes comments: <c>//</c> and <c>/* */</c>, or <c>#</c>.</summary>
internal sealed class CommentStyle
{
    private readonly bool _hash;

    private CommentStyle(bool hash) => _hash = hash;

    public static CommentStyle Json { get; } = new(hash: false);

    public static CommentStyle Yaml { get; } = new(hash: true);

    /// <summary>The next place that is neither white space nor comment.</summary>
    public int Skip(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length)
        {
            if (text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                at++;
            else if (CommentEnd(text, at) is { } end)
                at = end;
            else
                break;
        }

        return at;
    }

    /// <summary>The end of the last comment in a stretch that holds only white space and comments; its start when there is none.</summary>
    public int EndOfContent(ReadOnlySpan<byte> text, int start, int end)
    {
        int last = start;
        int at = start;
        while (at < end)
        {
            if (CommentEnd(text, at) is { } commentEnd)
            {
                if (commentEnd > end)
                    break;
                last = at = commentEnd;
            }
            else if (text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                at++;
            }
            else
            {
                break;
            }
        }

        return last;
    }

    private int? CommentEnd(ReadOnlySpan<byte> text, int at)
    {
        bool isLine = _hash ? text[at] == '#' : text[at..].StartsWith("//"u8);
        if (isLine)
        {
            int end = text[at..].IndexOfAny((byte)'\n', (byte)'\r');
            return end < 0 ? text.Length : at + end;
        }

        if (!_hash && text[at..].StartsWith("/*"u8))
        {
            int end = text[(at + 2)..].IndexOf("*/"u8);
            return end < 0 ? text.Length : at + 2 + end + 2;
        }

        return null;
    }
}
