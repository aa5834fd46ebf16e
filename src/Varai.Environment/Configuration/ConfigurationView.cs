using Varai.Configuration.Documents;
using Varai.Configuration.Layers;
using Varai.Secrets;

namespace Varai.Configuration;

/// <summary>One reading of the files, prepared for readers: the snapshot and an index of its keys. Immutable.</summary>
internal sealed class ConfigurationView
{
    private readonly Lazy<IReadOnlyList<KeyValuePair<string, ConfigurationNode>>> _references;
    private readonly Lazy<IReadOnlyList<string>> _secretNames;

    public ConfigurationView(LoadedConfiguration loaded, DateTimeOffset loadedAt)
    {
        Loaded = loaded;
        Snapshot = new ConfigurationSnapshot(
            loaded.EnvironmentName, loaded.Root, [.. loaded.Layers.Select(l => l.File)], loadedAt, CanonicalJson.Hash);
        Index = KeyIndex.Build(loaded.Root);
        _secretNames = new(() => [.. References
            .SelectMany(e => SecretReferences.TryParse(e.Value.Text!, out SecretReferences? references, out _) ? references.Names : [])
            .Distinct(StringComparer.Ordinal)]);
        _references = new(() => [.. Index.Where(e => SecretReferences.MayContain(e.Value.Text))]);
    }

    public LoadedConfiguration Loaded { get; }

    public ConfigurationSnapshot Snapshot { get; }

    /// <summary>Every key that <c>IConfiguration</c> shows.</summary>
    public Dictionary<string, ConfigurationNode> Index { get; }

    /// <summary>The keys whose text holds a secret reference.</summary>
    public IReadOnlyList<KeyValuePair<string, ConfigurationNode>> References => _references.Value;

    /// <summary>The secrets that the document refers to.</summary>
    public IReadOnlyList<string> SecretNames => _secretNames.Value;
}
