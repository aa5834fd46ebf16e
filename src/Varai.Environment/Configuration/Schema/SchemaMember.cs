namespace Varai.Configuration.Schema;

/// <summary>Looks members up by their exact name: JSON Schema compares names by code unit, configuration keys ignore case.</summary>
internal static class SchemaMember
{
    private const int ScanUpTo = 16;

    public static ConfigurationNode? Find(ConfigurationNode node, string name)
    {
        int index = IndexOf(node, name);
        return index < 0 ? null : node.Members[index].Value;
    }

    public static int IndexOf(ConfigurationNode node, string name)
    {
        IReadOnlyList<ConfigurationMember> members = node.Members;
        if (members.Count > ScanUpTo)
        {
            int index = node.IndexOf(name);
            // A name that differs in case only may stand before the exact one.
            if (index < 0 || string.Equals(members[index].Name, name, StringComparison.Ordinal))
                return index;
        }

        for (int i = 0; i < members.Count; i++)
        {
            if (string.Equals(members[i].Name, name, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }
}
