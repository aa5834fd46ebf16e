using Varai.Configuration;
using Varai.Promotion.Store;

namespace Varai.Promotion.Planning;

/// <summary>The hash of a document and the ids that its components have in a target's snapshots, of one pass over it.</summary>
internal sealed class DocumentIds
{
    private readonly Dictionary<string, string> _components = new(StringComparer.OrdinalIgnoreCase);

    private DocumentIds(string contentHash) => ContentHash = contentHash;

    /// <summary>As <see cref="ConfigurationSnapshot.ContentHash"/> of the same document.</summary>
    public string ContentHash { get; }

    /// <param name="root">The document.</param>
    /// <param name="target">The target whose snapshots the components are or would be in.</param>
    /// <param name="components">Those that an id is needed of.</param>
    public static DocumentIds Compute(ConfigurationNode root, string target, IReadOnlyCollection<string> components)
    {
        var wanted = new HashSet<string>(components, StringComparer.OrdinalIgnoreCase);
        var places = new List<(string Name, Range Place)>(wanted.Count);
        using var output = new PooledBytes();
        CanonicalJson.WriteDocument(root, output, (name, place) =>
        {
            if (wanted.Contains(name))
                places.Add((name, place));
        });
        var ids = new DocumentIds(Canonical.Hash(output.Written));
        foreach ((string name, Range place) in places)
            ids._components[name] = SnapshotStore.IdOf(target, output.Written[place]);
        return ids;
    }

    /// <summary>The id of a component; null when the document does not have it.</summary>
    public string? Of(string component) => _components.GetValueOrDefault(component);
}
