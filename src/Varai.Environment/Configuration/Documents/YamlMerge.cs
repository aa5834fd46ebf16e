namespace Varai.Configuration.Documents;

/// <summary>The merge key <c>&lt;&lt;</c> of YAML: members of other mappings where the mapping has none of the name.</summary>
internal static class YamlMerge
{
    /// <summary>The mappings that the value of a merge key names, in their order; <see langword="null"/> when it names anything else.</summary>
    public static List<ConfigurationNode>? Sources(ConfigurationNode value)
    {
        if (value.Kind == ConfigurationNodeKind.Object)
            return [value];
        return value.Kind == ConfigurationNodeKind.Array && value.Items.All(static i => i.Kind == ConfigurationNodeKind.Object)
            ? [.. value.Items]
            : null;
    }

    /// <summary>Adds the members to the builder's open object. Its own members win, then the earlier source.</summary>
    public static void AddMembers(
        List<ConfigurationNode> sources, TreeBuilder builder, bool caseSensitive, Action<string, int> giveName)
    {
        var taken = new HashSet<string>(DuplicateNames.Comparer(caseSensitive));
        foreach (ConfigurationMember own in builder.OpenMembers)
            taken.Add(own.Name);
        foreach (ConfigurationNode source in sources)
        {
            foreach (ConfigurationMember member in source.Members)
            {
                if (!taken.Add(member.Name))
                    continue;
                giveName(member.Name, member.NameStart);
                builder.Add(member.Value);
            }
        }
    }
}
