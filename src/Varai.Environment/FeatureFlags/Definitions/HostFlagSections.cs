using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;

namespace Varai.FeatureFlags.Definitions;

/// <summary>Microsoft's two sections in the host's own sources (<c>appsettings.json</c>, environment variables, ...), each source laid
/// over the ones before it flag by flag. The host itself merges arrays by position, and so a flag of one file into another's.</summary>
/// <param name="host">The host's configuration.</param>
/// <param name="isOurs">Whether a provider is the environment's document, which is read with its places instead.</param>
internal sealed class HostFlagSections(IConfiguration host, Func<IConfigurationProvider, bool> isOurs)
{
    private static readonly string[] Sections = [FlagDocument.Microsoft, FlagDocument.MicrosoftDotnet];

    public IChangeToken GetChangeToken() => host.GetReloadToken();

    /// <summary>What the sources below the environment's document say, and what those above it (environment variables, the command
    /// line) say; null where they say nothing.</summary>
    public (ConfigurationNode? Below, ConfigurationNode? Above) Read()
    {
        ConfigurationNode? below = null, above = null;
        if (host is not IConfigurationRoot root || !Array.Exists(Sections, s => host.GetSection(s).Exists()))
            return (below, above);
        bool isAbove = false;
        foreach (IConfigurationProvider provider in root.Providers)
        {
            if (isOurs(provider))
                isAbove = true;
            else if (ReadProvider(provider) is not { } layer)
                continue;
            else if (isAbove)
                above = above is null ? layer : Merge(above, layer);
            else
                below = below is null ? layer : Merge(below, layer);
        }

        return (below, above);
    }

    /// <summary>Lays one document's flags over another's: by id, not by position.</summary>
    public static ConfigurationNode Merge(ConfigurationNode lower, ConfigurationNode upper)
    {
        ConfigurationNode merged = NodeMerge.Over(lower, upper);
        if (Flags(lower) is not { } lowerFlags || Flags(upper) is not { } upperFlags)
            return merged;
        var byId = new Dictionary<string, ConfigurationNode>(StringComparer.OrdinalIgnoreCase);
        var anonymous = new List<ConfigurationNode>();
        foreach (ConfigurationNode item in lowerFlags.Items.Concat(upperFlags.Items))
        {
            if (item.Find(FlagDocument.MicrosoftId)?.Text is not { } id)
                anonymous.Add(item);
            else
                byId[id] = byId.TryGetValue(id, out ConfigurationNode? known) ? NodeMerge.Over(known, item) : item;
        }

        ConfigurationNode section = Replace(merged.Find(FlagDocument.Microsoft)!, FlagDocument.MicrosoftFlags, ConfigurationNode.Array(
            [.. byId.Values, .. anonymous], upperFlags.File, upperFlags.Start, upperFlags.Length));
        return Replace(merged, FlagDocument.Microsoft, section);
    }

    private static ConfigurationNode? Flags(ConfigurationNode root) =>
        root.Find(FlagDocument.Microsoft)?.Find(FlagDocument.MicrosoftFlags) is { Kind: ConfigurationNodeKind.Array } flags ? flags : null;

    private static ConfigurationNode Replace(ConfigurationNode node, string name, ConfigurationNode value)
    {
        ConfigurationMember[] members = [.. node.Members];
        int at = node.IndexOf(name);
        members[at] = members[at] with { Value = value };
        return ConfigurationNode.Object(members, node.File, node.Start, node.Length);
    }

    private static ConfigurationNode? ReadProvider(IConfigurationProvider provider)
    {
        var members = new List<ConfigurationMember>(Sections.Length);
        ConfigurationNode? file = null;
        foreach (string section in Sections)
        {
            if (ReadKey(provider, section) is not { } keys)
                continue;
            file ??= ReadFile(provider);
            // The file's own text knows types and places; it can be behind the provider only until the provider reads it again.
            members.Add(new ConfigurationMember(section, file?.Find(section) ?? keys));
        }

        return members.Count == 0 ? null : ConfigurationNode.Object([.. members]);
    }

    private static ConfigurationNode? ReadFile(IConfigurationProvider provider)
    {
        if (provider is not FileConfigurationProvider { Source: { FileProvider: { } files, Path: { } path } }
            || !path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            using Stream stream = files.GetFileInfo(path).CreateReadStream();
            using var text = new MemoryStream();
            stream.CopyTo(text);
            ReadOnlyMemory<byte> utf8 = text.ToArray();
            return ConfigurationJson.Parse(utf8.Span.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ConfigurationException)
        {
            // Gone or half written: what the provider has read of it is still there, without the places.
            return null;
        }
    }

    private static ConfigurationNode? ReadKey(IConfigurationProvider provider, string key)
    {
        string[] names = [.. provider.GetChildKeys([], key).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (names.Length == 0)
            return provider.TryGet(key, out string? text) ? Scalar(text) : null;
        var children = new List<ConfigurationMember>(names.Length);
        foreach (string name in names)
        {
            if (ReadKey(provider, $"{key}:{name}") is { } child)
                children.Add(new ConfigurationMember(name, child));
        }

        // A section is an object, though all its flags have numbers for names.
        return key.Contains(':', StringComparison.Ordinal) && Array.TrueForAll(names, n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            ? ConfigurationNode.Array([.. children.OrderBy(c => int.Parse(c.Name, CultureInfo.InvariantCulture)).Select(c => c.Value)])
            : ConfigurationNode.Object([.. children]);
    }

    private static ConfigurationNode Scalar(string? text) => text is null
        ? ConfigurationNode.Scalar(ConfigurationNodeKind.Null, text)
        : ConfigurationNode.Scalar(ConfigurationNodeKind.String, text);
}
