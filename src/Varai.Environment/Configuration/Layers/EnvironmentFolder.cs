using Varai.Configuration.Documents;
using Varai.Configuration.Sources;

namespace Varai.Configuration.Layers;

/// <summary>The folder that holds the environments' files, on disk or as documents of the state store: which environments there
/// are and which file is which layer.</summary>
internal sealed class EnvironmentFolder(IEnvironmentSource source)
{
    public const string BaseName = "base";
    private const string LocalSuffix = ".local";

    /// <summary>A folder on disk.</summary>
    public EnvironmentFolder(string fullPath, string displayPath)
        : this(new FolderSource(fullPath, displayPath))
    {
    }

    public IEnvironmentSource Source { get; } = source;

    public string FullPath => Source.Root;

    public string DisplayPath => Source.DisplayPath;

    public bool Exists => Source.Exists;

    /// <summary>Whether a name can be an environment's: it becomes a file name and part of keys in the state store.</summary>
    public static bool IsValidName(string name) =>
        name.Length is > 0 and <= 64
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')
        && name is not (BaseName or "schema" or "schemas");

    /// <summary>Every environment that has a file, in ordinal order.</summary>
    public IReadOnlyList<string> ListEnvironments()
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        if (!Exists)
            return [];
        foreach (string path in Source.List())
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (IsConfigurationFile(path) && IsValidName(name))
                names.Add(name);
        }

        return [.. names];
    }

    /// <summary>The file of a layer.</summary>
    /// <returns>The full path, or <see langword="null"/> when the layer has none.</returns>
    public string? Find(ConfigurationLayer layer, string environmentName, List<ConfigurationError> errors)
    {
        string[]? listed = null;
        return Find(layer, environmentName, ref listed, errors);
    }

    /// <summary>The file of a layer, for who looks for several.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="environmentName">The environment.</param>
    /// <param name="listed">What the folder holds; filled when it is needed, so that it is listed once.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public string? Find(ConfigurationLayer layer, string environmentName, ref string[]? listed, List<ConfigurationError> errors)
    {
        string name = NameOf(layer, environmentName);

        // A folder in a file's place is found too, so that reading it says what is wrong.
        string[] found = [.. DocumentReader.Extensions.Select(e => Path.Combine(FullPath, name + e)).Where(Source.Contains)];
        if (found.Length == 0 && FindOtherCase(name, listed ??= Exists ? [.. Source.List()] : []) is { } other)
        {
            errors.Add(new ConfigurationError(
                $"The file is not read, because the names of environments' files are in lower case. Rename it to {Path.GetFileName(other).ToLowerInvariant()}.",
                new ConfigurationOrigin(Display(other), 0, 0),
                Key: "")
            {
                Check = "files",
            });
        }

        if (found.Length > 1)
        {
            errors.Add(new ConfigurationError(
                $"Two files claim the same layer: {string.Join(" and ", found.Select(Path.GetFileName))}. Keep one.",
                new ConfigurationOrigin(Display(found[1]), 0, 0),
                Key: "")
            {
                Check = "files",
            });
        }

        return found.Length > 0 ? found[0] : null;
    }

    /// <summary>The path that a layer's file would have.</summary>
    public string DefaultPath(ConfigurationLayer layer, string environmentName) =>
        Path.Combine(FullPath, NameOf(layer, environmentName) + DocumentReader.Extensions[0]);

    /// <summary>Whether a file of the folder would be a layer's, in whatever format.</summary>
    public bool IsLayer(string path, ConfigurationLayer layer, string environmentName) =>
        Path.GetDirectoryName(path) == FullPath
        && IsConfigurationFile(path)
        && Path.GetFileNameWithoutExtension(path) == NameOf(layer, environmentName);

    public string Display(string path) => Source.Display(path);

    public static bool IsConfigurationFile(string path) =>
        DocumentReader.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>An error when an environment has no file of its own while others do: mostly a misspelt name.</summary>
    public void RequireEnvironmentFile(string environmentName, List<ConfigurationError> errors)
    {
        IReadOnlyList<string> names = ListEnvironments();
        if (names.Count == 0 || names.Contains(environmentName, StringComparer.Ordinal))
            return;
        errors.Add(new ConfigurationError(
            $"The environment '{environmentName}' has no file here; there are files for {string.Join(", ", names)}. "
            + "Add one, or set Varai:Configuration:AllowMissingEnvironmentFile to run on base alone.",
            new ConfigurationOrigin(DisplayPath, 0, 0),
            Key: "")
        {
            Check = "files",
            DidYouMean = Spelling.Nearest(environmentName, names),
        });
    }

    private static string NameOf(ConfigurationLayer layer, string environmentName) => layer switch
    {
        ConfigurationLayer.Base => BaseName,
        ConfigurationLayer.Environment => environmentName,
        _ => environmentName + LocalSuffix,
    };

    private static string? FindOtherCase(string name, string[] listed) => listed.FirstOrDefault(path =>
        Path.GetFileName(path) is var file
        && DocumentReader.Extensions.Any(e => file.Equals(name + e, StringComparison.OrdinalIgnoreCase) && file != name + e));
}
