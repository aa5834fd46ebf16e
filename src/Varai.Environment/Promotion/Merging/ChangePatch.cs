using Varai.Configuration;

namespace Varai.Promotion.Merging;

/// <summary>Makes the changes of a component in memory.</summary>
internal static class ChangePatch
{
    /// <summary>The component with its changes; null when it goes.</summary>
    public static ConfigurationNode? Apply(PromotionComponent component, ConfigurationNode? node)
    {
        foreach (PromotionChange change in component.Changes)
        {
            ConfigurationNode? value = change.After is null ? null : ConfigurationJson.Parse(change.After, change.Key);
            string[] names = change.Key.Length == component.Name.Length ? [] : change.Key[(component.Name.Length + 1)..].Split(':');
            node = Set(node, names, value);
        }

        return node;
    }

    private static ConfigurationNode? Set(ConfigurationNode? node, ReadOnlySpan<string> names, ConfigurationNode? value)
    {
        if (names.IsEmpty)
            return value;
        var members = new List<ConfigurationMember>(node?.Members ?? []);
        int index = node?.IndexOf(names[0]) ?? -1;
        ConfigurationNode? inner = Set(index < 0 ? null : members[index].Value, names[1..], value);
        if (inner is null && index >= 0)
            members.RemoveAt(index);
        else if (inner is not null && index >= 0)
            members[index] = members[index] with { Value = inner };
        else if (inner is not null)
            members.Add(new ConfigurationMember(names[0], inner));
        return ConfigurationNode.Object([.. members]);
    }
}
