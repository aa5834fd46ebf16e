using Varai.Configuration.Documents;
using Varai.Configuration.Layers;
using Varai.Secrets;

namespace Varai.Configuration;

/// <summary>One reading of the files, prepared for readers: the snapshot and an index of its keys. Immutable.</summary>
internal sealed class ConfigurationView
{
    private readonly Lazy<IReadOnlyList<KeyValuePair<string, ConfigurationNode>>> _references;
    private readonly Lazy<IReadOnlyList<string>> _secretNames;
    private Dictionary<string, ConfigurationNode>? _index;

    public ConfigurationView(LoadedConfiguration loaded, DateTimeOffset loadedAt)
    {
        Loaded = loaded;
        Snapshot = new ConfigurationSnapshot(
            loaded.EnvironmentName, loaded.Root, [.. loaded.Layers.Select(l => l.File)], loadedAt, CanonicalJson.Hash);
        _secretNames = new(() => [.. References
            .SelectMany(e => SecretReferences.TryParse(e.Value.Text!, out SecretReferences? references, out _) ? references.Names : [])
            .Distinct(StringComparer.Ordinal)]);
        _references = new(() => ReferenceKeys.Find(loaded.Root));
    }

    public LoadedConfiguration Loaded { get; }

    public ConfigurationSnapshot Snapshot { get; }

    /// <summary>Every key that <c>IConfiguration</c> shows. Made at the first use: what is only checked often needs none.</summary>
    public Dictionary<string, ConfigurationNode> Index => _index ?? BuildIndex();

    /// <summary>The keys whose text holds a secret reference.</summary>
    public IReadOnlyList<KeyValuePair<string, ConfigurationNode>> References => _references.Value;

    /// <summary>The secrets that the document refers to.</summary>
    public IReadOnlyList<string> SecretNames => _secretNames.Value;

    // Two that come at once make two that are equal.
    private Dictionary<string, ConfigurationNode> BuildIndex()
    {
        Dictionary<string, ConfigurationNode> built = KeyIndex.Build(Loaded.Root);
        Volatile.Write(ref _index, built);
        return built;
    }
}
