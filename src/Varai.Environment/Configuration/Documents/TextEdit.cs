using System.Text;

namespace Varai.Configuration.Documents;

/// <summary>Changes to a text, each of a few bytes, and what can be learned of its style.</summary>
internal sealed class TextEdit
{
    private const int UsualIndent = 2;

    private readonly ReadOnlyMemory<byte> _content;
    private readonly List<(int Start, int End, string Text)> _changes = [];

    public TextEdit(ReadOnlyMemory<byte> content)
    {
        _content = content;
        int lineEnd = Text.IndexOf((byte)'\n');
        HasLines = lineEnd >= 0 && lineEnd < Text.TrimEnd(" \t\r\n"u8).Length;
        NewLine = lineEnd > 0 && Text[lineEnd - 1] == '\r' ? "\r\n" : "\n";
    }

    public ReadOnlySpan<byte> Text => _content.Span;

    /// <summary>The line break that the text uses.</summary>
    public string NewLine { get; }

    /// <summary>Whether the text is more than one line.</summary>
    public bool HasLines { get; }

    public void Insert(int at, string text) => _changes.Add((at, at, text));

    public void Replace(int start, int end, string text) => _changes.Add((start, end, text));

    /// <summary>Takes out a stretch, with the whole of its lines where nothing else stands on them.</summary>
    public void RemoveLines(int start, int end)
    {
        int rest = end;
        while (rest < Text.Length && Text[rest] is (byte)' ' or (byte)'\t')
            rest++;
        if (!IsFirstOnLine(start))
            Replace(start, end, "");
        else if (rest == LineEnd(end))
            Replace(LineStart(start), NextLine(end), "");
        else
            Replace(start, rest, "");
    }

    /// <summary>The text with all changes made; those at the same place in the order they were given.</summary>
    public byte[] Apply()
    {
        using var output = new PooledBytes();
        int from = 0;
        foreach ((int start, int end, string text) in _changes.OrderBy(static c => c.Start))
        {
            output.Add(Text[from..start]);
            output.AddText(text);
            from = end;
        }

        output.Add(Text[from..]);
        return output.Written.ToArray();
    }

    public int LineStart(int at) => Text[..at].LastIndexOf((byte)'\n') + 1;

    /// <summary>The end of a line before its line break.</summary>
    public int LineEnd(int at)
    {
        int end = Text[at..].IndexOf((byte)'\n');
        if (end < 0)
            return Text.Length;
        return end > 0 && Text[at + end - 1] == '\r' ? at + end - 1 : at + end;
    }

    /// <summary>The end of a line behind its line break.</summary>
    public int NextLine(int at) => Text[at..].IndexOf((byte)'\n') is >= 0 and int end ? at + end + 1 : Text.Length;

    /// <summary>Whether nothing but white space stands before a place on its line.</summary>
    public bool IsFirstOnLine(int at) => Text[LineStart(at)..at].IndexOfAnyExcept((byte)' ', (byte)'\t') < 0;

    /// <summary>The white space at the start of a line.</summary>
    public string Indent(int at)
    {
        ReadOnlySpan<byte> line = Text[LineStart(at)..];
        int length = line.IndexOfAnyExcept((byte)' ', (byte)'\t');
        return Encoding.ASCII.GetString(length < 0 ? line : line[..length]);
    }

    /// <summary>What one level more of indentation is: that of the first line of the text that has any.</summary>
    public string IndentUnit()
    {
        int at = 0;
        while (at < Text.Length)
        {
            string indent = Indent(at);
            int first = at + indent.Length;
            if (indent.Length > 0 && first < Text.Length && Text[first] is (byte)'"' or (byte)'{' or (byte)'[' || IsName(first, indent))
                return indent;
            at = NextLine(at);
        }

        return new string(' ', UsualIndent);
    }

    public string Slice(int start, int end) => Encoding.UTF8.GetString(Text[start..end]);

    private bool IsName(int at, string indent) => indent.Length > 0 && at < Text.Length && char.IsAsciiLetterOrDigit((char)Text[at]);
}
