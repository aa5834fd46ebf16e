using Varai.Configuration.Documents;

namespace Varai.Configuration.Writing;

/// <summary>Applies the changes of an update to the text of one file.</summary>
internal static class FileEdits
{
    private static readonly byte[] NewJsonFile = "{\n}\n"u8.ToArray();
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>The file's content with the changes; a byte order mark stays where there was one.</summary>
    /// <param name="displayPath">Its name in messages; the file may not exist yet.</param>
    /// <param name="current">Its present bytes; <see langword="null"/> for a new file.</param>
    /// <param name="update">The changes.</param>
    /// <param name="documents">Parses it.</param>
    /// <exception cref="ConfigurationException">The present text is invalid, or a change can't be made in it.</exception>
    public static byte[] Apply(string displayPath, byte[]? current, ConfigurationUpdate update, ParsedDocuments documents)
    {
        bool marked = current is not null && current.AsSpan().StartsWith(ByteOrderMark);
        byte[] content = current is null ? NewJsonFile : marked ? current[ByteOrderMark.Length..] : current;
        for (int i = 0; i < update.Changes.Count; i++)
        {
            (string key, string? json) = update.Changes[i];
            var file = new ConfigurationFile(displayPath, content);
            var errors = new List<ConfigurationError>();
            ConfigurationNode? root = documents.Parse(file, errors);
            if (root is null || errors.Count > 0)
                throw new ConfigurationException($"'{key}' can't be changed, since the file is not valid:", errors);
            List<KeyValuePair<string, string?>> replaced = DocumentReader.IsJson(displayPath) ? FindReplaced(root, update.Changes, i) : [];
            if (replaced.Count > 1)
            {
                content = JsonEditor.Replace(file, root, replaced, documents);
                i += replaced.Count - 1;
                continue;
            }

            content = json is null
                ? DocumentEditor.Remove(file, root, key, documents)
                : DocumentEditor.Set(file, root, key, json, documents);
        }

        return marked ? WithMark(content) : content;
    }

    // Values that are there and stay where they are can change together; one by one each would cost a reading of the file.
    private static List<KeyValuePair<string, string?>> FindReplaced(
        ConfigurationNode root, IReadOnlyList<KeyValuePair<string, string?>> changes, int from)
    {
        var replaced = new List<KeyValuePair<string, string?>>();
        var spans = new SortedSet<(int Start, int End)>();
        for (int i = from; i < changes.Count && changes[i].Value is not null; i++)
        {
            if (root.FindKey(changes[i].Key) is not { File: not null, Length: > 0 } node)
                break;
            (int Start, int End) span = (node.Start, node.Start + node.Length);
            (int Start, int End) before = spans.GetViewBetween((0, 0), (span.End - 1, int.MaxValue)).Max;
            if (before.End > span.Start)
                break;
            spans.Add(span);
            replaced.Add(changes[i]);
        }

        return replaced;
    }

    public static byte[] WithMark(byte[] content) => [.. ByteOrderMark, .. content];

    public static byte[] WithoutMark(byte[] content) =>
        content.AsSpan().StartsWith(ByteOrderMark) ? content[ByteOrderMark.Length..] : content;
}
