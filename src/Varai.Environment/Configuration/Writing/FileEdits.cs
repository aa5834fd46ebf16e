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
    /// <param name="limits">What the result may hold.</param>
    /// <exception cref="ConfigurationException">The present text is invalid, or a change can't be made in it.</exception>
    public static byte[] Apply(string displayPath, byte[]? current, ConfigurationUpdate update, DocumentLimits limits)
    {
        bool marked = current is not null && current.AsSpan().StartsWith(ByteOrderMark);
        byte[] content = current is null ? NewJsonFile : marked ? current[ByteOrderMark.Length..] : current;
        foreach ((string key, string? json) in update.Changes)
        {
            var file = new ConfigurationFile(displayPath, content);
            var errors = new List<ConfigurationError>();
            ConfigurationNode? root = DocumentReader.Parse(file, limits, errors);
            if (root is null || errors.Count > 0)
                throw new ConfigurationException($"'{key}' can't be changed, since the file is not valid:", errors);
            content = json is null
                ? DocumentEditor.Remove(file, root, key)
                : DocumentEditor.Set(file, root, key, json);
        }

        return marked ? [.. ByteOrderMark, .. content] : content;
    }

    public static byte[] WithoutMark(byte[] content) =>
        content.AsSpan().StartsWith(ByteOrderMark) ? content[ByteOrderMark.Length..] : content;
}
