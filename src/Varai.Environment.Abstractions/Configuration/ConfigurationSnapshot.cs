namespace Varai.Configuration;

/// <summary>One immutable, valid document of an environment: all layers merged.</summary>
public sealed class ConfigurationSnapshot
{
    private readonly Lazy<string> _contentHash;

    /// <summary>Creates a snapshot.</summary>
    /// <param name="environmentName">The environment's name.</param>
    /// <param name="root">The merged document; an object.</param>
    /// <param name="files">The files it was merged from, lowest precedence first.</param>
    /// <param name="loadedAt">When it was read.</param>
    /// <param name="contentHash">Computes the hash of its values when it is first asked for.</param>
    public ConfigurationSnapshot(
        string environmentName,
        ConfigurationNode root,
        IReadOnlyList<ConfigurationFile> files,
        DateTimeOffset loadedAt,
        Func<ConfigurationNode, string> contentHash)
    {
        ArgumentException.ThrowIfNullOrEmpty(environmentName);
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(contentHash);
        if (root.Kind != ConfigurationNodeKind.Object)
            throw new ArgumentException($"The document of an environment is an object, not {root.Kind}.", nameof(root));
        EnvironmentName = environmentName;
        Root = root;
        Files = files;
        LoadedAt = loadedAt;
        _contentHash = new Lazy<string>(() => contentHash(root));
    }

    /// <summary>The environment's name.</summary>
    public string EnvironmentName { get; }

    /// <summary>The merged document: an object whose members are the components. Secret references stand as written.</summary>
    public ConfigurationNode Root { get; }

    /// <summary>The files it was merged from, lowest precedence first.</summary>
    public IReadOnlyList<ConfigurationFile> Files { get; }

    /// <summary>When the files were read.</summary>
    public DateTimeOffset LoadedAt { get; }

    /// <summary>SHA-256 of the values in canonical form, 64 lower-case hexadecimal digits; equal for equal values whatever the
    /// files' layout, comments or format. Computed when first asked for.</summary>
    public string ContentHash => _contentHash.Value;

    /// <summary>The environment's name and the files; never values.</summary>
    public override string ToString() => $"{EnvironmentName} from {string.Join(", ", Files)}";
}
