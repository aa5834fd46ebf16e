using System.Text;

namespace Varai.Configuration.Documents;

/// <summary>Adds members to, and takes them from, a YAML mapping that is written line by line.</summary>
internal static class YamlBlockEditor
{
    /// <summary>Adds a member behind the last line of the mapping.</summary>
    public static void Add(TextEdit edit, ConfigurationNode mapping, ReadOnlySpan<string> names, ConfigurationNode value)
    {
        string indent = new(' ', Column(edit, mapping));
        string unit = edit.IndentUnit();
        var text = new StringBuilder();
        for (int i = 0; i < names.Length; i++)
        {
            text.Append(edit.NewLine).Append(indent).Append(YamlText.WriteName(names[i])).Append(':');
            indent += unit;
        }

        text.Append(' ').Append(YamlText.Write(value, inBrackets: false));
        int end = mapping.Start + mapping.Length;
        edit.Insert(edit.LineEnd(end), text.ToString());
    }

    /// <summary>Takes a member out with its lines.</summary>
    public static void Remove(TextEdit edit, ConfigurationNode mapping, int index)
    {
        List<YamlMember> places = [];
        int at = -1;
        for (int i = 0; i < mapping.Members.Count; i++)
        {
            if (YamlMember.IsMerged(mapping, mapping.Members[i]))
                continue;
            if (i == index)
                at = places.Count;
            places.Add(YamlMember.Find(edit.Text, mapping.Members[i]));
        }

        YamlMember place = places[at];
        if (places.Count == 1)
        {
            RemoveOnly(edit, mapping, place);
        }
        else if (!edit.IsFirstOnLine(place.NameStart) && at + 1 < places.Count)
        {
            // The first member after a dash: the next one moves up to it.
            edit.Replace(place.NameStart, places[at + 1].NameStart, "");
        }
        else
        {
            edit.RemoveLines(place.NameStart, place.End);
        }
    }

    // An empty mapping can only be written in braces.
    private static void RemoveOnly(TextEdit edit, ConfigurationNode mapping, YamlMember place)
    {
        bool hasMerge = mapping.Members.Count > 1;
        if (hasMerge)
            edit.Replace(place.NameStart, place.End, "");
        else
            edit.Replace(place.NameStart, place.End, "{}");
    }

    private static int Column(TextEdit edit, ConfigurationNode mapping)
    {
        int first = mapping.Start;
        foreach (ConfigurationMember member in mapping.Members)
        {
            if (!YamlMember.IsMerged(mapping, member))
            {
                first = member.NameStart;
                break;
            }
        }

        return Encoding.UTF8.GetCharCount(edit.Text[edit.LineStart(first)..first]);
    }
}
