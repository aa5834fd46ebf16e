using System.Runtime.InteropServices;
using System.Text;

namespace Varai.Configuration.Documents;

/// <summary>Where a member of a YAML mapping stands in the text, as far as it does.</summary>
/// <param name="NameStart">The byte offset of the name.</param>
/// <param name="Colon">The byte offset behind the colon; -1 when it was not found, as after <c>?</c> or an anchored name.</param>
/// <param name="Start">The byte offset of the value, or of the alias that stands for it.</param>
/// <param name="End">The end of the value or the alias.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct YamlMember(int NameStart, int Colon, int Start, int End)
{
    /// <summary>Whether a member came in through the merge key and has no place in the mapping itself.</summary>
    public static bool IsMerged(ConfigurationNode mapping, in ConfigurationMember member) =>
        member.NameStart < mapping.Start || member.NameStart >= mapping.Start + mapping.Length;

    public static YamlMember Find(ReadOnlySpan<byte> text, in ConfigurationMember member)
    {
        int colon = FindColon(text, member);
        ConfigurationNode value = member.Value;
        if (value.Start > member.NameStart)
            return new YamlMember(member.NameStart, colon, value.Start, value.Start + value.Length);

        // An alias: its value stands where the anchor is.
        int start = colon < 0 ? text.Length : CommentStyle.Yaml.Skip(text, colon);
        int end = start;
        while (end < text.Length && text[end] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',' or (byte)']' or (byte)'}'))
            end++;
        return new YamlMember(member.NameStart, colon, start, end);
    }

    private static int FindColon(ReadOnlySpan<byte> text, in ConfigurationMember member)
    {
        int at = member.NameStart;
        if (text[at] is (byte)'"' or (byte)'\'')
        {
            byte quote = text[at++];
            while (at < text.Length && text[at] != quote)
                at += text[at] == '\\' && quote == '"' ? 2 : 1;
            at++;
        }
        else
        {
            byte[] name = Encoding.UTF8.GetBytes(member.Name);
            if (!text[at..].StartsWith(name))
                return -1;
            at += name.Length;
        }

        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t')
            at++;
        return at < text.Length && text[at] == ':' ? at + 1 : -1;
    }
}
