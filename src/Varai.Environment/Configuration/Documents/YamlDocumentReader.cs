namespace Varai.Configuration.Documents;

/// <summary>Reads YAML 1.2 (core schema) to the positioned tree, with anchors, aliases and merge keys expanded.</summary>
/// <remarks>Plain text such as <c>yes</c>, <c>on</c> or <c>12:30</c> is a string. So is a number with leading zeros, such as a
/// postcode, and a hexadecimal or octal number of more than 64 bits; other <c>0x</c> and <c>0o</c> numbers become decimal.
/// A value that an alias stands for keeps the place of its anchor.</remarks>
internal static class YamlDocumentReader
{
    internal const string Check = "yaml";

    /// <summary>Reads a file.</summary>
    /// <param name="file">The content.</param>
    /// <param name="limits">What is too much; values are counted after aliases are expanded.</param>
    /// <param name="errors">Takes what is wrong, in the order of the positions.</param>
    /// <param name="caseSensitiveNames">For documents that are no settings, such as schemas: names may differ only in case and
    /// hold a colon, and the root may be any value.</param>
    /// <returns>As <see cref="JsonDocumentReader.Read"/> does.</returns>
    public static ConfigurationNode? Read(
        ConfigurationFile file, DocumentLimits limits, List<ConfigurationError> errors, bool caseSensitiveNames = false)
    {
        var found = new DocumentErrors(file, Check);
        ConfigurationNode? root = null;
        if (DocumentText.IsAcceptable(file, limits, found) && HasNoControlCharacters(file, found))
        {
            using var reader = new YamlTreeReader(file, limits, found, caseSensitiveNames);
            root = reader.Read();
        }

        if (root is not null && !caseSensitiveNames)
            DocumentText.CheckRoot(root, found);
        found.MoveTo(errors);
        return root;
    }

    // The parser takes a NUL for the end of the file and would drop the rest without a word.
    private static bool HasNoControlCharacters(ConfigurationFile file, DocumentErrors errors)
    {
        int at = file.Content.Span.IndexOfAny(ControlCharacters);
        if (at < 0)
            return true;
        errors.Add(at, "", $"the control character U+{file.Content.Span[at]:X4} can't stand in YAML; write it as an escape in double quotes");
        return false;
    }

    private static readonly System.Buffers.SearchValues<byte> ControlCharacters = System.Buffers.SearchValues.Create(
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000B\u000C\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\u007F"u8);
}
