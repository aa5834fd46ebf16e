using System.Globalization;

namespace Varai.Configuration.Documents;

/// <summary>Changes one key of a tree in memory.</summary>
internal static class DocumentPatch
{
    /// <summary>The tree with a key set; objects that are missing on the way are made, a null on the way becomes one.</summary>
    public static ConfigurationNode Set(ConfigurationNode root, string key, ConfigurationNode value) =>
        Set(root, key.Split(':'), value);

    /// <summary>The tree without a member that it has; the object around it stays, even when it is empty then.</summary>
    public static ConfigurationNode Remove(ConfigurationNode root, string key) => Remove(root, key.Split(':'));

    private static ConfigurationNode Set(ConfigurationNode node, ReadOnlySpan<string> parts, ConfigurationNode value)
    {
        if (parts.IsEmpty)
            return value;
        if (node.Kind == ConfigurationNodeKind.Array)
        {
            ConfigurationNode[] items = [.. node.Items];
            int item = int.Parse(parts[0], CultureInfo.InvariantCulture);
            items[item] = Set(items[item], parts[1..], value);
            return ConfigurationNode.Array(items, node.File, node.Start, node.Length);
        }

        int index = node.IndexOf(parts[0]);
        ConfigurationMember[] members = index < 0 ? [.. node.Members, default] : [.. node.Members];
        if (index < 0)
            members[^1] = new ConfigurationMember(parts[0], Set(Empty(), parts[1..], value));
        else
            members[index] = members[index] with { Value = Set(members[index].Value, parts[1..], value) };
        return ConfigurationNode.Object(members, node.File, node.Start, node.Length);
    }

    private static ConfigurationNode Remove(ConfigurationNode node, ReadOnlySpan<string> parts)
    {
        if (node.Kind == ConfigurationNodeKind.Array)
        {
            ConfigurationNode[] items = [.. node.Items];
            int item = int.Parse(parts[0], CultureInfo.InvariantCulture);
            items[item] = Remove(items[item], parts[1..]);
            return ConfigurationNode.Array(items, node.File, node.Start, node.Length);
        }

        int index = node.IndexOf(parts[0]);
        ConfigurationMember[] members = parts.Length == 1
            ? [.. node.Members.Where((_, i) => i != index)]
            : [.. node.Members];
        if (parts.Length > 1)
            members[index] = members[index] with { Value = Remove(members[index].Value, parts[1..]) };
        return ConfigurationNode.Object(members, node.File, node.Start, node.Length);
    }

    private static ConfigurationNode Empty() => ConfigurationNode.Object([]);
}
