using System.Globalization;
using System.Runtime.CompilerServices;
using Varai.Configuration;
using Varai.Secrets;

namespace Varai;

/// <summary>Finds where a document refers to secrets.</summary>
internal static class ReferenceKeys
{
    /// <summary>The keys whose text holds something that looks like a secret reference, in the order of the document.</summary>
    /// <param name="root">The document, or a part of it.</param>
    /// <param name="key">The key of <paramref name="root"/>; empty for a whole document.</param>
    public static List<KeyValuePair<string, ConfigurationNode>> Find(ConfigurationNode root, string key = "")
    {
        var found = new List<KeyValuePair<string, ConfigurationNode>>();
        var path = new List<string>();
        if (key.Length > 0)
            path.Add(key);
        Find(root, path, found);
        return found;
    }

    // Keys are written out for what is found only; most documents have few.
    private static void Find(ConfigurationNode node, List<string> path, List<KeyValuePair<string, ConfigurationNode>> found)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (SecretReferences.MayContain(node.Text))
            found.Add(KeyValuePair.Create(string.Join(':', path), node));
        for (int i = 0; i < node.Members.Count; i++)
        {
            path.Add(node.Members[i].Name);
            Find(node.Members[i].Value, path, found);
            path.RemoveAt(path.Count - 1);
        }

        for (int i = 0; i < node.Items.Count; i++)
        {
            path.Add(i.ToString(CultureInfo.InvariantCulture));
            Find(node.Items[i], path, found);
            path.RemoveAt(path.Count - 1);
        }
    }
}
