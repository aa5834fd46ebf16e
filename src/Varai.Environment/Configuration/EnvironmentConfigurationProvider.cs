using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using Varai.Configuration.Layers;
using Varai.Secrets;

namespace Varai.Configuration;

/// <summary>Shows a view as <c>IConfiguration</c>: the same keys and texts as Microsoft's JSON provider, with secret
/// references resolved when a value is read.</summary>
/// <param name="view">Gives the view to read.</param>
/// <param name="resolve">Turns the text of a key that holds references into the value.</param>
internal sealed class EnvironmentConfigurationProvider(
    Func<ConfigurationView> view, Func<string, ConfigurationNode, string> resolve) : IConfigurationProvider
{
    private ConfigurationReloadToken _reloadToken = new();

    public bool TryGet(string key, out string? value)
    {
        if (!view().Index.TryGetValue(key, out ConfigurationNode? node))
        {
            value = null;
            return false;
        }

        value = node.Kind == ConfigurationNodeKind.String && SecretReferences.MayContain(node.Text)
            ? resolve(key, node)
            : KeyIndex.TextOf(node);
        return true;
    }

    /// <summary>Whether a value shown for a key may hold a secret; also for a key that has gone since.</summary>
    public bool MayHoldSecret(string key) =>
        !view().Index.TryGetValue(key, out ConfigurationNode? node) || SecretReferences.MayContain(node.Text);

    public void Set(string key, string? value) => throw new NotSupportedException(
        $"'{key}' can't be set through IConfiguration, which knows no author and no reason; use IEnvironmentConfiguration.UpdateAsync.");

    public IChangeToken GetReloadToken() => _reloadToken;

    // The host calls this for every provider whenever a source is added; the engine reads the files itself.
    public void Load()
    {
    }

    public IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath)
    {
        ConfigurationNode? node = view().Snapshot.Root.FindKey(parentPath ?? "");
        var keys = new List<string>();
        if (node is not null)
        {
            keys.AddRange(node.Members.Select(m => m.Name));
            for (int i = 0; i < node.Items.Count; i++)
                keys.Add(i.ToString(CultureInfo.InvariantCulture));
        }

        keys.AddRange(earlierKeys);
        keys.Sort(ConfigurationKeyComparer.Instance.Compare);
        return keys;
    }

    public void OnReload() => Interlocked.Exchange(ref _reloadToken, new ConfigurationReloadToken()).OnReload();

    public override string ToString() => $"EnvironmentConfigurationProvider for {view().Snapshot}";
}
