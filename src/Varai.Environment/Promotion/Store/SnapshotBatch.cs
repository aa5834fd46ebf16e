using System.Text;
using Varai.Configuration;
using Varai.State;

namespace Varai.Promotion.Store;

/// <summary>Components and snapshots of a target that are put together, in one write.</summary>
/// <remarks>Each blob begins with a line that names the target: no other area, and no other target, ever writes the same bytes, so
/// that removing an old one takes nothing away from anybody.</remarks>
internal sealed class SnapshotBatch(IBlobStore blobs, string target)
{
    private readonly List<ReadOnlyMemory<byte>> _contents = [];
    private readonly HashSet<BlobId> _ids = [];
    private readonly byte[] _firstLine = FirstLine(target);

    public string Target => target;

    public static byte[] FirstLine(string target) => Encoding.UTF8.GetBytes($"varai promotion {target}\n");

    /// <returns>The id that the component has once it is put.</returns>
    public string Add(ConfigurationNode component) => Add(CanonicalJson.Write(component));

    /// <summary>Adds all components of a document, and the list of them.</summary>
    public PromotionSnapshot AddDocument(ConfigurationNode root)
    {
        var components = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (ConfigurationMember member in root.Members)
            components[member.Name] = Add(member.Value);
        return Add(components);
    }

    /// <summary>Adds a list of components that are stored, or added here.</summary>
    public PromotionSnapshot Add(SortedDictionary<string, string> components)
    {
        var snapshot = new PromotionSnapshot { Id = "", Environment = target, Components = components };
        return snapshot with { Id = Add(PromotionStore.Write(snapshot, PromotionJson.Default.PromotionSnapshot)) };
    }

    /// <summary>Stores what is not stored yet.</summary>
    public async Task PutAsync(CancellationToken cancellationToken)
    {
        if (_contents.Count > 0)
            await blobs.PutAllAsync(_contents, cancellationToken).ConfigureAwait(false);
    }

    private string Add(byte[] content)
    {
        byte[] blob = [.. _firstLine, .. content];
        BlobId id = BlobId.FromContent(blob);
        if (_ids.Add(id))
            _contents.Add(blob);
        return id.ToString();
    }
}
