using System.Globalization;
using System.Runtime.CompilerServices;
using Varai.Secrets;

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

    /// <summary>The keys whose text holds something that looks like a secret reference, in the order of the document.</summary>
    /// <param name="root">The document, or a part of it.</param>
    /// <param name="key">The key of <paramref name="root"/>; empty for a whole document.</param>
    public static List<KeyValuePair<string, ConfigurationNode>> FindReferences(ConfigurationNode root, string key = "")
    {
        var found = new List<KeyValuePair<string, ConfigurationNode>>();
        var path = new List<string>();
        if (key.Length > 0)
            path.Add(key);
        FindReferences(root, path, found);
        return found;
    }

    /// <summary>What <c>IConfiguration</c> shows as a node's text.</summary>
    public static string? TextOf(ConfigurationNode node) => node.Kind switch
    {
        ConfigurationNodeKind.Array => "",
        ConfigurationNodeKind.Boolean => node.Text == "true" ? bool.TrueString : bool.FalseString,
        _ => node.Text,
    };

    // Keys are written out for what is found only; most documents have few.
    private static void FindReferences(ConfigurationNode node, List<string> path, List<KeyValuePair<string, ConfigurationNode>> found)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (SecretReferences.MayContain(node.Text))
            found.Add(KeyValuePair.Create(string.Join(':', path), node));
        for (int i = 0; i < node.Members.Count; i++)
        {
            path.Add(node.Members[i].Name);
            FindReferences(node.Members[i].Value, path, found);
            path.RemoveAt(path.Count - 1);
        }

        for (int i = 0; i < node.Items.Count; i++)
        {
            path.Add(i.ToString(CultureInfo.InvariantCulture));
            FindReferences(node.Items[i], path, found);
            path.RemoveAt(path.Count - 1);
        }
    }

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
