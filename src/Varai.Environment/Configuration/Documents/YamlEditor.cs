namespace Varai.Configuration.Documents;

/// <summary>Changes single keys of a YAML file and leaves every other byte, comments and all, as a person wrote it.</summary>
/// <remarks>A new value is written on one line. An edit that would change another key too, because the place is shared through an
/// anchor, is refused.</remarks>
internal static class YamlEditor
{
    /// <summary>Sets a key: replaces its value, or adds it in the style of its neighbours, with the mappings missing on the way.</summary>
    /// <param name="file">The file.</param>
    /// <param name="root">What was read from it.</param>
    /// <param name="key">The key, such as <c>api_config:limits:0</c>.</param>
    /// <param name="valueJson">The value as JSON.</param>
    /// <param name="documents">Parses the result, and remembers it for whoever reads it next.</param>
    /// <returns>The new content.</returns>
    /// <exception cref="ConfigurationException">The value is no JSON, the key leads through something that is no mapping, or the place
    /// can't be changed without changing others.</exception>
    public static byte[] Set(ConfigurationFile file, ConfigurationNode root, string key, string valueJson, ParsedDocuments? documents = null)
    {
        DocumentEdit.CheckKey(root, key);
        ConfigurationNode value = DocumentEdit.ReadValue(key, valueJson);
        EditTarget target = EditTarget.Find(root, key);
        var edit = new TextEdit(file.Content);
        ConfigurationNode container = target.Container;
        bool isMerged = target.Index >= 0 && container.Kind == ConfigurationNodeKind.Object
            && YamlMember.IsMerged(container, container.Members[target.Index]);
        if (target.Index < 0)
            Add(edit, container, target.Missing, value);
        else if (isMerged)
            Add(edit, container, [container.Members[target.Index].Name, .. target.Missing], value);
        else if (container.Kind == ConfigurationNodeKind.Array)
            ReplaceItem(edit, target, Nest(target.Missing, value));
        else
            ReplaceMember(edit, target, Nest(target.Missing, value));
        return DocumentEdit.Verify(file, target.Value ?? container, key, edit.Apply(), DocumentPatch.Set(root, key, value), documents);
    }

    /// <summary>Takes a key out; comments beside it stay, comments inside its value go with it.</summary>
    /// <returns>The new content; the old one when there is no such key.</returns>
    /// <exception cref="ConfigurationException">The key is an item of an array, comes from a merge key, or holds an anchor in use.</exception>
    public static byte[] Remove(ConfigurationFile file, ConfigurationNode root, string key, ParsedDocuments? documents = null)
    {
        DocumentEdit.CheckKey(root, key);
        if (root.FindKey(key) is null)
            return file.Content.ToArray();
        EditTarget target = EditTarget.Find(root, key);
        ConfigurationNode container = target.Container;
        if (container.Kind == ConfigurationNodeKind.Array)
            throw EditFailure.Create(target.Value!, key, "an item can't be taken out of an array; set the whole array");
        if (YamlMember.IsMerged(container, container.Members[target.Index]))
            throw EditFailure.Create(target.Value!, key, "the key comes from a merge key '<<' and can't be taken out here");

        var edit = new TextEdit(file.Content);
        if (IsInBrackets(edit, container))
            Brackets(edit, container).Remove(target.Index);
        else
            YamlBlockEditor.Remove(edit, container, target.Index);
        return DocumentEdit.Verify(file, target.Value!, key, edit.Apply(), DocumentPatch.Remove(root, key), documents);
    }

    private static void Add(TextEdit edit, ConfigurationNode container, string[] names, ConfigurationNode value)
    {
        if (container.Kind == ConfigurationNodeKind.Object && !IsInBrackets(edit, container))
        {
            YamlBlockEditor.Add(edit, container, names, value);
            return;
        }

        string text = $"{YamlText.WriteName(names[0])}: {YamlText.Write(Nest(names.AsSpan(1), value), inBrackets: true)}";
        Brackets(edit, container).Add(_ => text);
    }

    private static void ReplaceItem(TextEdit edit, EditTarget target, ConfigurationNode value)
    {
        ConfigurationNode old = target.Value!;
        ConfigurationNode array = target.Container;
        bool isAlias = old.Start < array.Start || old.Start >= array.Start + array.Length;
        if (isAlias)
            throw EditFailure.Create(array, target.Key, "the item is an alias; set the whole array");
        string text = YamlText.Write(value, inBrackets: true, Quote(edit, old));
        edit.Replace(old.Start, old.Start + old.Length, old.Length == 0 ? " " + text : text);
    }

    private static void ReplaceMember(TextEdit edit, EditTarget target, ConfigurationNode value)
    {
        ConfigurationMember member = target.Container.Members[target.Index];
        ConfigurationNode old = member.Value;
        var place = YamlMember.Find(edit.Text, member);
        string text = YamlText.Write(value, IsInsideBrackets(edit, target.Container), old.Start == place.Start ? Quote(edit, old) : '\0');
        if (place.Start == place.End)
        {
            // Nothing is written: after a colon, or in braces after the name alone.
            edit.Insert(place.Start, edit.Text[place.Start - 1] == ':' ? " " + text : ": " + text);
        }
        else if (place.Colon >= 0 && place.Colon < edit.LineStart(place.Start) && !IsInsideBrackets(edit, target.Container))
        {
            // A block below the name: the value moves up beside it, a comment there stays.
            edit.Insert(place.Colon, " " + text);
            edit.RemoveLines(place.Start, place.End);
        }
        else
        {
            edit.Replace(place.Start, place.End, text);
        }
    }

    private static ConfigurationNode Nest(ReadOnlySpan<string> names, ConfigurationNode value) => names.IsEmpty
        ? value
        : ConfigurationNode.Object([new ConfigurationMember(names[0], Nest(names[1..], value))]);

    private static char Quote(TextEdit edit, ConfigurationNode node) =>
        node is { Kind: ConfigurationNodeKind.String, Length: > 0 } && edit.Text[node.Start] is (byte)'"' or (byte)'\''
            ? (char)edit.Text[node.Start]
            : '\0';

    private static BracketEditor Brackets(TextEdit edit, ConfigurationNode node)
    {
        int open = OpeningBracket(edit, node);
        var members = new List<MemberSpan>();
        foreach (ConfigurationMember member in node.Members)
        {
            if (YamlMember.IsMerged(node, member))
                continue;
            var place = YamlMember.Find(edit.Text, member);
            members.Add(new MemberSpan(place.NameStart, place.Start, place.End));
        }

        return new BracketEditor(edit, CommentStyle.Yaml, open + 1, node.Start + node.Length - 1, members);
    }

    private static bool IsInBrackets(TextEdit edit, ConfigurationNode node) =>
        node.Length > 0 && edit.Text[node.Start + node.Length - 1] == '}' && edit.Text[OpeningBracket(edit, node)] == '{';

    // Whether a value of the mapping stands in brackets, be they the mapping's own or further out.
    private static bool IsInsideBrackets(TextEdit edit, ConfigurationNode container)
    {
        if (IsInBrackets(edit, container))
            return true;
        int start = edit.LineStart(container.Start);
        return edit.Text[start..container.Start].IndexOfAny((byte)'[', (byte)'{') >= 0;
    }

    private static int OpeningBracket(TextEdit edit, ConfigurationNode node)
    {
        int at = node.Start;
        while (at < node.Start + node.Length && edit.Text[at] is (byte)'&' or (byte)'!')
        {
            int space = edit.Text[at..].IndexOfAny(" \t\r\n"u8);
            if (space < 0)
                break;
            at = CommentStyle.Yaml.Skip(edit.Text, at + space);
        }

        return Math.Min(at, edit.Text.Length - 1);
    }
}
