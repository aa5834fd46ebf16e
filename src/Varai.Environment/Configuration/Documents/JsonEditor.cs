using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Varai.Configuration.Documents;

/// <summary>Changes single keys of a JSON file and leaves every other byte, comments and all, as a person wrote it.</summary>
internal static class JsonEditor
{
    /// <summary>Sets a key: replaces exactly its value, or adds it in the style of its neighbours, with the objects missing on the way.</summary>
    /// <param name="file">The file.</param>
    /// <param name="root">What was read from it.</param>
    /// <param name="key">The key, such as <c>api_config:limits:0</c>.</param>
    /// <param name="valueJson">The value; it is written as given.</param>
    /// <param name="documents">Parses the result, and remembers it for whoever reads it next.</param>
    /// <returns>The new content.</returns>
    /// <exception cref="ConfigurationException">The value is no JSON, or the key leads through something that is no object.</exception>
    public static byte[] Set(ConfigurationFile file, ConfigurationNode root, string key, string valueJson, ParsedDocuments? documents = null)
    {
        DocumentEdit.CheckKey(root, key);
        ConfigurationNode value = DocumentEdit.ReadValue(key, valueJson);
        string text = Encoding.UTF8.GetString(value.File!.Content.Span.Slice(value.Start, value.Length));
        EditTarget target = EditTarget.Find(root, key);
        var edit = new TextEdit(file.Content);
        if (target.Value is { } old)
        {
            string inner = target.Missing.Length == 0 ? text : Nest(target.Missing, text, colon: ": ");
            edit.Replace(old.Start, old.Start + old.Length, inner);
        }
        else
        {
            string colon = Colon(file, target.Container);
            Brackets(edit, target.Container).Add(indent => Write(target.Missing, text, colon, indent, edit));
        }

        return DocumentEdit.Verify(file, target.Value ?? target.Container, key, edit.Apply(), DocumentPatch.Set(root, key, value), documents);
    }

    /// <summary>Replaces the values of keys that are there, none of them below another, all in one pass over the text.</summary>
    /// <inheritdoc cref="Set" path="/returns|/exception"/>
    public static byte[] Replace(ConfigurationFile file, ConfigurationNode root, IReadOnlyList<KeyValuePair<string, string?>> values, ParsedDocuments? documents = null)
    {
        var edit = new TextEdit(file.Content);
        var replacements = new Dictionary<ConfigurationNode, ConfigurationNode>(ReferenceEqualityComparer.Instance);
        foreach ((string key, string? json) in values)
        {
            DocumentEdit.CheckKey(root, key);
            ConfigurationNode value = DocumentEdit.ReadValue(key, json!);
            ConfigurationNode old = root.FindKey(key)!;
            edit.Replace(old.Start, old.Start + old.Length, Encoding.UTF8.GetString(value.File!.Content.Span.Slice(value.Start, value.Length)));
            replacements[old] = value;
        }

        return DocumentEdit.Verify(file, root, values[0].Key, edit.Apply(), DocumentPatch.Replace(root, replacements), documents);
    }

    /// <summary>Takes a key out; comments beside it stay.</summary>
    /// <returns>The new content; the old one when there is no such key.</returns>
    /// <exception cref="ConfigurationException">The key is an item of an array.</exception>
    public static byte[] Remove(ConfigurationFile file, ConfigurationNode root, string key, ParsedDocuments? documents = null)
    {
        DocumentEdit.CheckKey(root, key);
        if (root.FindKey(key) is null)
            return file.Content.ToArray();
        EditTarget target = EditTarget.Find(root, key);
        if (target.Container.Kind == ConfigurationNodeKind.Array)
            throw EditFailure.Create(target.Value!, key, "an item can't be taken out of an array; set the whole array");
        var edit = new TextEdit(file.Content);
        Brackets(edit, target.Container).Remove(target.Index);
        return DocumentEdit.Verify(file, target.Value!, key, edit.Apply(), DocumentPatch.Remove(root, key), documents);
    }

    internal static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    private static BracketEditor Brackets(TextEdit edit, ConfigurationNode node) => new(
        edit, CommentStyle.Json, node.Start + 1, node.Start + node.Length - 1,
        [.. node.Members.Select(static m => new MemberSpan(m.NameStart, m.Value.Start, m.Value.Start + m.Value.Length))]);

    private static string Write(ReadOnlySpan<string> names, string value, string colon, string? indent, TextEdit edit)
    {
        string name = Quote(names[0]) + colon;
        if (names.Length == 1)
            return name + value;
        if (indent is null)
            return name + "{" + Write(names[1..], value, colon, indent: null, edit) + "}";
        string inner = indent + edit.IndentUnit();
        return $"{name}{{{edit.NewLine}{inner}{Write(names[1..], value, colon, inner, edit)}{edit.NewLine}{indent}}}";
    }

    private static string Nest(ReadOnlySpan<string> names, string value, string colon) => names.IsEmpty
        ? value
        : $"{{{Quote(names[0])}{colon}{Nest(names[1..], value, colon)}}}";

    // The text between the last name and its value, when it is no more than a colon with white space.
    private static string Colon(ConfigurationFile file, ConfigurationNode container)
    {
        if (container.Members.Count == 0)
            return ": ";
        ConfigurationMember last = container.Members[^1];
        string between = Encoding.UTF8.GetString(file.Content.Span[last.NameStart..last.Value.Start]);
        string colon = between[(between.LastIndexOf('"') + 1)..];
        return colon.Trim(' ') == ":" ? colon : ": ";
    }
}
