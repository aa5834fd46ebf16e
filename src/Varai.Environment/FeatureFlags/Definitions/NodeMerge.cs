using Varai.Configuration;

namespace Varai.FeatureFlags.Definitions;

/// <summary>Lays one definition over another: objects merge by key, everything else is replaced.</summary>
internal static class NodeMerge
{
    public static ConfigurationNode Over(ConfigurationNode lower, ConfigurationNode upper)
    {
        if (lower.Kind != ConfigurationNodeKind.Object || upper.Kind != ConfigurationNodeKind.Object)
            return upper;
        var members = new List<ConfigurationMember>(lower.Members.Count + upper.Members.Count);
        foreach (ConfigurationMember member in lower.Members)
        {
            int at = upper.IndexOf(member.Name);
            members.Add(at < 0 ? member : upper.Members[at] with { Value = Over(member.Value, upper.Members[at].Value) });
        }

        members.AddRange(upper.Members.Where(m => lower.IndexOf(m.Name) < 0));
        return ConfigurationNode.Object([.. members], upper.File, upper.Start, upper.Length);
    }
}
