using System.Globalization;
using Microsoft.Extensions.Configuration;
using Varai.Configuration;

namespace Varai.Tests.FeatureFlags.Differential;

/// <summary>Keys and texts, to which a value of a variant comes down in Microsoft's engine.</summary>
internal static class ConfigurationKeys
{
    public static SortedDictionary<string, string> Of(IConfigurationSection? section)
    {
        var keys = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string? value) in section?.AsEnumerable(makePathsRelative: false) ?? [])
        {
            if (value is not null)
                keys[key[section!.Path.Length..]] = value;
        }

        return keys;
    }

    public static SortedDictionary<string, string> Of(ConfigurationNode? node)
    {
        var keys = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add(keys, "", node);
        return keys;
    }

    private static void Add(SortedDictionary<string, string> keys, string key, ConfigurationNode? node)
    {
        switch (node?.Kind)
        {
            case ConfigurationNodeKind.String or ConfigurationNodeKind.Number:
                keys[key] = node.Text!;
                break;
            case ConfigurationNodeKind.Boolean:
                keys[key] = node.Text == "true" ? bool.TrueString : bool.FalseString;
                break;
            case ConfigurationNodeKind.Array when node.Items.Count == 0:
                keys[key] = "";
                break;
            case ConfigurationNodeKind.Array:
                for (int i = 0; i < node.Items.Count; i++)
                    Add(keys, $"{key}:{i.ToString(CultureInfo.InvariantCulture)}", node.Items[i]);
                break;
            case ConfigurationNodeKind.Object:
                foreach (ConfigurationMember member in node.Members)
                    Add(keys, $"{key}:{member.Name}", member.Value);
                break;
        }
    }
}
