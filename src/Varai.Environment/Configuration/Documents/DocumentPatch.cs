using System.Globalization;
using System.Runtime.CompilerServices;

namespace Varai.Configuration.Documents;

/// <summary>Changes one key of a tree in memory.</summary>
internal static class DocumentPatch
{
    /// <summary>The tree with a key set; objects that are missing on the way are made, a null on the way becomes one.</summary>
    public static ConfigurationNode Set(ConfigurationNode root, string key, ConfigurationNode value) =>
        Set(root, key.Split(':'), value);

    /// <summary>The tree without a member that it has; the object around it stays, even when it is empty then.</summary>
    public static ConfigurationNode Remove(ConfigurationNode root, string key) => Remove(root, key.Split(':'));

    /// <summary>The tree with some of its nodes replaced, none of them below another.</summary>
    /// <param name="node">The tree.</param>
    /// <param name="replacements">What takes a node's place, the nodes compared by reference.</param>
    public static ConfigurationNode Replace(ConfigurationNode node, IReadOnlyDictionary<ConfigurationNode, ConfigurationNode> replacements)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (replacements.TryGetValue(node, out ConfigurationNode? replacement))
            return replacement;
        ConfigurationMember[]? members = null;
        for (int i = 0; i < node.Members.Count; i++)
        {
            ConfigurationMember member = node.Members[i];
            ConfigurationNode value = Replace(member.Value, replacements);
            if (!ReferenceEquals(value, member.Value))
                (members ??= [.. node.Members])[i] = member with { Value = value };
        }

        if (members is not null)
            return ConfigurationNode.Object(members, node.File, node.Start, node.Length);
        ConfigurationNode[]? items = null;
        for (int i = 0; i < node.Items.Count; i++)
        {
            ConfigurationNode item = Replace(node.Items[i], replacements);
            if (!ReferenceEquals(item, node.Items[i]))
                (items ??= [.. node.Items])[i] = item;
        }

        return items is null ? node : ConfigurationNode.Array(items, node.File, node.Start, node.Length);
    }

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
