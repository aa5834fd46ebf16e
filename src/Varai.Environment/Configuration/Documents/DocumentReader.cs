namespace Varai.Configuration.Documents;

/// <summary>Reads configuration documents from disk, JSON and YAML alike.</summary>
internal static class DocumentReader
{
    internal const string Check = "file";

    /// <summary>The endings of files that are read, in the order they are looked for.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".json", ".jsonc", ".yaml", ".yml"];

    /// <summary>Reads a file once and parses it.</summary>
    /// <param name="fullPath">Where it is.</param>
    /// <param name="displayPath">What to call it in messages and origins.</param>
    /// <param name="limits">What is too much.</param>
    /// <param name="errors">Takes what is wrong, also when the file can't be read.</param>
    /// <param name="caseSensitiveNames">For documents that are no settings, such as schemas.</param>
    /// <returns>The content, <see langword="null"/> when it could not be read; and the tree, <see langword="null"/> when the content
    /// could not be parsed to its end. Only without a new error is the tree fit for use.</returns>
    public static (ConfigurationFile? File, ConfigurationNode? Root) Read(
        string fullPath, string displayPath, DocumentLimits limits, List<ConfigurationError> errors, bool caseSensitiveNames = false)
    {
        ConfigurationFile? file = ConfigurationFileReader.Read(fullPath, displayPath, limits, errors);
        return (file, file is null ? null : Parse(file, limits, errors, caseSensitiveNames));
    }

    /// <summary>Parses a file by the ending of its path.</summary>
    public static ConfigurationNode? Parse(
        ConfigurationFile file, DocumentLimits limits, List<ConfigurationError> errors, bool caseSensitiveNames = false)
    {
        if (IsJson(file.Path))
            return JsonDocumentReader.Read(file, limits, errors, caseSensitiveNames);
        if (IsYaml(file.Path))
            return YamlDocumentReader.Read(file, limits, errors, caseSensitiveNames);
        errors.Add(new ConfigurationError(
            "the format is not known by the file's ending", new ConfigurationOrigin(file.Path, 0, 0), "")
        {
            Check = Check,
            Expected = string.Join(", ", Extensions),
            Found = Path.GetExtension(file.Path) is { Length: > 0 } ending ? ending : "none",
        });
        return null;
    }

    public static bool IsJson(string path) => HasEnding(path, ".json") || HasEnding(path, ".jsonc");

    public static bool IsYaml(string path) => HasEnding(path, ".yaml") || HasEnding(path, ".yml");

    private static bool HasEnding(string path, string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
