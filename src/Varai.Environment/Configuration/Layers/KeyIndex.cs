using System.Globalization;

namespace Varai.Configuration.Layers;

/// <summary>Every key that <c>IConfiguration</c> shows of a document, with its node; the keys and texts are those that
/// Microsoft's JSON provider gives for the same document.</summary>
internal static class KeyIndex
{
    public static Dictionary<string, ConfigurationNode> Build(ConfigurationNode root)
    {
        var index = new Dictionary<string, ConfigurationNode>(root.Members.Count, StringComparer.OrdinalIgnoreCase);
        foreach (ConfigurationMember member in root.Members)
            Add(index, member.Name, member.Value);
        return index;
    }

    /// <summary>What <c>IConfiguration</c> shows as a node's text.</summary>
    public static string? TextOf(ConfigurationNode node) => node.Kind switch
    {
        ConfigurationNodeKind.Array => "",
        ConfigurationNodeKind.Boolean => node.Text == "true" ? bool.TrueString : bool.FalseString,
        _ => node.Text,
    };

    private static void Add(Dictionary<string, ConfigurationNode> index, string key, ConfigurationNode node)
    {
        switch (node.Kind)
        {
            case ConfigurationNodeKind.Object when node.Members.Count > 0:
                foreach (ConfigurationMember member in node.Members)
                    Add(index, string.Concat(key, ":", member.Name), member.Value);
                break;
            case ConfigurationNodeKind.Array when node.Items.Count > 0:
                for (int i = 0; i < node.Items.Count; i++)
                    Add(index, string.Concat(key, ":", i.ToString(CultureInfo.InvariantCulture)), node.Items[i]);
                break;
            default:
                index[key] = node;
                break;
        }
    }
}
