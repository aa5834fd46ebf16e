using Microsoft.Extensions.Configuration;
using Varai.Configuration.Documents;
using Varai.Configuration.History;
using Varai.Configuration.Layers;

namespace Varai.Configuration;

/// <summary>Answers where a value comes from.</summary>
internal sealed class ConfigurationExplainer(ConfigurationEngine engine, ConfigurationHistory history, IConfiguration host)
{
    public async Task<ConfigurationExplanation> ExplainAsync(string key, CancellationToken cancellationToken)
    {
        ConfigurationView view = engine.View;
        if (view.Snapshot.Root.FindKey(key) is not { } node)
        {
            return new ConfigurationExplanation
            {
                Key = key,
                Exists = false,
                OverriddenBy = FindOverride(key),
                DidYouMean = Spelling.Nearest(key, AllKeys(view)),
            };
        }

        List<ConfigurationLayerValue> layers = [.. view.Loaded.Layers
            .Select(l => (l.Layer, Node: l.Root?.FindKey(key)))
            .Where(l => l.Node is not null)
            .Select(l => new ConfigurationLayerValue(l.Layer, CanonicalJson.WriteText(l.Node!), l.Node!.Origin))];
        return new ConfigurationExplanation
        {
            Key = key,
            Exists = true,
            Value = CanonicalJson.WriteText(node),
            Layer = LayerOf(view, node),
            Origin = node.Origin,
            Layers = layers,
            OverriddenBy = FindOverride(key),
            Version = await FindVersionAsync(view, key, cancellationToken).ConfigureAwait(false),
        };
    }

    private static ConfigurationLayer? LayerOf(ConfigurationView view, ConfigurationNode node) =>
        view.Loaded.Layers.FirstOrDefault(l => ReferenceEquals(l.File, node.File))?.Layer;

    private static IEnumerable<string> AllKeys(ConfigurationView view) =>
        view.Index.Keys.Concat(view.Snapshot.Root.Members.Select(m => m.Name));

    private string? FindOverride(string key)
    {
        if (host is not IConfigurationRoot root)
            return null;
        IConfigurationProvider[] providers = [.. root.Providers];
        int own = Array.IndexOf(providers, engine.Provider);
        for (int i = providers.Length - 1; i > own && own >= 0; i--)
        {
            // An object or array is overridden where one of its values is.
            if (providers[i].TryGet(key, out _) || providers[i].GetChildKeys([], key).Any())
                return providers[i].ToString() ?? providers[i].GetType().Name;
        }

        return null;
    }

    private async Task<ConfigurationVersion?> FindVersionAsync(ConfigurationView view, string key, CancellationToken cancellationToken)
    {
        if (view.Loaded.Layers.Count == 0)
            return null;
        HashedEntry? found = null;
        await foreach (HashedEntry entry in history.ReadBackwardsAsync(view.Snapshot.EnvironmentName, cancellationToken).ConfigureAwait(false))
        {
            // Entries newer than what readers see belong to another process that is ahead of this one.
            if (found is null && entry.Entry.ContentHash != view.Snapshot.ContentHash)
                continue;
            found = entry;
            IReadOnlyList<ConfigurationDifference> changes = await history.ReadChangesAsync(entry.Entry, cancellationToken).ConfigureAwait(false);
            if (changes.Any(c => Touches(c.Key, key)))
                break;
        }

        return found is null ? null : await history.ToPublicAsync(found, cancellationToken).ConfigureAwait(false);
    }

    // A change of a parent (an array as a whole) or of a child both change the key's value.
    private static bool Touches(string changed, string key) =>
        changed.Equals(key, StringComparison.OrdinalIgnoreCase) || IsBelow(changed, key) || IsBelow(key, changed);

    private static bool IsBelow(string key, string parent) =>
        key.Length > parent.Length && key[parent.Length] == ':' && key.StartsWith(parent, StringComparison.OrdinalIgnoreCase);
}
