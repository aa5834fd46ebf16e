namespace Varai.Configuration.Documents;

/// <summary>Adds members to, and takes them from, an object in braces: of JSON, and the same in YAML.</summary>
/// <param name="edit">Takes the changes.</param>
/// <param name="comments">How comments are written there.</param>
/// <param name="open">The byte offset behind the opening brace.</param>
/// <param name="close">The byte offset of the closing brace.</param>
/// <param name="members">Where the members are.</param>
internal sealed class BracketEditor(
    TextEdit edit, CommentStyle comments, int open, int close, IReadOnlyList<MemberSpan> members)
{
    /// <summary>Adds a member behind the last one, in the style of the others.</summary>
    /// <param name="write">Writes the member, given the indentation of its line, or <see langword="null"/> when all goes on one line.</param>
    public void Add(Func<string?, string> write)
    {
        if (members.Count == 0)
        {
            AddFirst(write);
            return;
        }

        MemberSpan last = members[^1];
        int comma = FindComma(last.End);
        int end = comma < 0 ? last.End : comma + 1;
        bool ownLine = edit.IsFirstOnLine(last.NameStart);
        string text = ownLine
            ? edit.NewLine + edit.Indent(last.NameStart) + write(edit.Indent(last.NameStart))
            : Gap() + write(null);
        if (comma < 0)
            edit.Insert(last.End, ",");
        else
            text += ",";
        edit.Insert(ownLine ? EndOfTrailingComment(end) : end, text);
    }

    /// <summary>Takes a member out with its comma; comments around it stay.</summary>
    public void Remove(int index)
    {
        MemberSpan member = members[index];
        int comma = FindComma(member.End);
        int end = comma < 0 ? member.End : comma + 1;
        if (comma >= 0 && comma > member.End && !IsBlank(member.End, comma))
        {
            // A comment stands between the value and its comma.
            edit.Replace(comma, comma + 1, "");
            end = member.End;
        }

        if (comma < 0 && index > 0)
        {
            int before = FindComma(members[index - 1].End);
            edit.Replace(before, before + 1, "");
        }

        int start = member.NameStart;
        if (edit.IsFirstOnLine(start) && IsBlank(end, edit.LineEnd(end)) && edit.NextLine(end) <= close)
        {
            start = edit.LineStart(start);
            end = edit.NextLine(end);
        }
        else if (index + 1 < members.Count)
        {
            while (end < close && edit.Text[end] is (byte)' ' or (byte)'\t')
                end++;
        }
        else
        {
            while (start > open && comma < 0 && edit.Text[start - 1] is (byte)' ' or (byte)'\t')
                start--;
        }

        edit.Replace(start, end, "");
    }

    private void AddFirst(Func<string?, string> write)
    {
        int end = comments.EndOfContent(edit.Text, open, close);
        bool hasComment = end > open;
        if (!hasComment && !MayBreakLines())
        {
            edit.Replace(open, close, write(null));
            return;
        }

        string outer = edit.Indent(open - 1);
        string inner = outer + edit.IndentUnit();
        bool closesOnOwnLine = edit.IsFirstOnLine(close) && edit.LineStart(close) > open;
        string text = edit.NewLine + inner + write(inner);
        if (closesOnOwnLine && hasComment)
            edit.Insert(end, text);
        else
            edit.Replace(end, close, text + edit.NewLine + outer);
    }

    // An empty object opens up to several lines where its own member has a line to itself. In YAML it does not: the closing brace
    // would need more indentation than the member.
    private bool MayBreakLines()
    {
        if (comments == CommentStyle.Yaml)
            return false;
        ReadOnlySpan<byte> before = edit.Text[edit.LineStart(open - 1)..(open - 1)].TrimStart(" \t"u8);
        bool isRoot = before.IsEmpty && comments.Skip(edit.Text, 0) == open - 1;
        return isRoot || (edit.HasLines && before.StartsWith("\""u8) && before.IndexOfAny((byte)'{', (byte)'[') < 0);
    }

    private int FindComma(int from)
    {
        int at = comments.Skip(edit.Text, from);
        return at < edit.Text.Length && edit.Text[at] == ',' ? at : -1;
    }

    // What stands between a comma and the next name on one line.
    private string Gap()
    {
        if (members.Count == 1)
            return edit.Slice(members[0].NameStart, members[0].ValueStart).EndsWith(' ') ? " " : "";
        int comma = FindComma(members[^2].End);
        return IsBlank(comma + 1, members[^1].NameStart) ? edit.Slice(comma + 1, members[^1].NameStart) : " ";
    }

    private int EndOfTrailingComment(int at)
    {
        int lineEnd = edit.LineEnd(at);
        int end = comments.EndOfContent(edit.Text, at, lineEnd);
        return comments.Skip(edit.Text, at) < lineEnd ? at : end;
    }

    private bool IsBlank(int start, int end) => start >= end || edit.Text[start..end].IndexOfAnyExcept((byte)' ', (byte)'\t') < 0;
}
