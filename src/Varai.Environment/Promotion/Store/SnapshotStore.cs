using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Varai.Configuration;
using Varai.Promotion.Merging;
using Varai.State;

namespace Varai.Promotion.Store;

/// <summary>Components as blobs, and the lists of them that make a snapshot.</summary>
internal sealed class SnapshotStore(PromotionStore store)
{
    private IBlobStore Blobs => store.State.Blobs;

    /// <summary>Begins to gather what is put together.</summary>
    public SnapshotBatch Begin(string target) => new(Blobs, target);

    public async Task<string> PutComponentAsync(string target, ConfigurationNode component, CancellationToken cancellationToken)
    {
        SnapshotBatch batch = Begin(target);
        string id = batch.Add(component);
        await batch.PutAsync(cancellationToken).ConfigureAwait(false);
        return id;
    }

    /// <summary>The id that a component's blob has, whether it is stored or not.</summary>
    public static string IdOf(string target, ReadOnlySpan<byte> canonical)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SnapshotBatch.FirstLine(target));
        hash.AppendData(canonical);
        Span<byte> id = stackalloc byte[BlobId.Size];
        hash.GetHashAndReset(id);
        return new BlobId(id).ToString();
    }

    /// <summary>Stores what changes make of a snapshot; components that they leave alone cost nothing.</summary>
    /// <param name="target">The target.</param>
    /// <param name="before">The snapshot.</param>
    /// <param name="root">The document that it is of, where that is at hand; otherwise its components are read.</param>
    /// <param name="changed">The components with their changes.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The new snapshot's id.</returns>
    public async Task<string> TakeAsync(
        string target, PromotionSnapshot before, ConfigurationNode? root, IEnumerable<PromotionComponent> changed, CancellationToken cancellationToken)
    {
        SnapshotBatch batch = Begin(target);
        var components = new SortedDictionary<string, string>(before.Components.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (PromotionComponent component in changed.Where(c => c.Changes.Count > 0))
        {
            ConfigurationNode? node = root is null
                ? await ReadComponentAsync(before, component.Name, cancellationToken).ConfigureAwait(false)
                : root.Find(component.Name);
            string name = components.Keys.FirstOrDefault(n => n.Equals(component.Name, StringComparison.OrdinalIgnoreCase)) ?? component.Name;
            if (ChangePatch.Apply(component, node) is { } result)
                components[name] = batch.Add(result);
            else
                components.Remove(name);
        }

        string id = batch.Add(components).Id;
        await batch.PutAsync(cancellationToken).ConfigureAwait(false);
        return id;
    }

    /// <exception cref="PromotionException">There is no such snapshot, or it is damaged.</exception>
    public async Task<PromotionSnapshot> ReadAsync(string id, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> content = await ReadBlobAsync(id, "snapshot", cancellationToken).ConfigureAwait(false);
        try
        {
            PromotionSnapshot? snapshot = JsonSerializer.Deserialize(content.Span, PromotionJson.Default.PromotionSnapshot);
            if (snapshot is not null)
                return snapshot with { Id = id };
        }
        catch (JsonException e)
        {
            throw new PromotionException($"The blob {id} is no snapshot.", e);
        }

        throw new PromotionException($"The blob {id} is no snapshot.");
    }

    /// <exception cref="PromotionException">It is gone or damaged.</exception>
    public async Task<ConfigurationNode> ReadComponentAsync(string blob, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> content = await ReadBlobAsync(blob, "component", cancellationToken).ConfigureAwait(false);
        return ConfigurationJson.Parse(content, $"component {blob}");
    }

    /// <summary>A component of a snapshot; null when the snapshot has none of that name.</summary>
    public async Task<ConfigurationNode?> ReadComponentAsync(PromotionSnapshot snapshot, string name, CancellationToken cancellationToken) =>
        BlobOf(snapshot, name) is { } blob ? await ReadComponentAsync(blob, cancellationToken).ConfigureAwait(false) : null;

    public static string? BlobOf(PromotionSnapshot snapshot, string name) =>
        snapshot.Components.FirstOrDefault(c => c.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    public Task DeleteAllAsync(IEnumerable<string> blobs, CancellationToken cancellationToken) =>
        Blobs.DeleteAllAsync([.. blobs.Select(BlobId.Parse)], cancellationToken);

    private async Task<ReadOnlyMemory<byte>> ReadBlobAsync(string id, string what, CancellationToken cancellationToken)
    {
        byte[]? content;
        try
        {
            content = BlobId.TryParse(id, out BlobId blob) ? await Blobs.ReadAsync(blob, cancellationToken).ConfigureAwait(false) : null;
        }
        catch (StateException e) when (!e.IsTransient)
        {
            throw new PromotionException($"The {what} {id} is damaged: {e.Message}", e);
        }

        if (content is null)
            throw new PromotionException($"There is no {what} {id}.");

        // The store promises to check; what is put into service is checked here all the same.
        int line = Array.IndexOf(content, (byte)'\n');
        if (line < 0 || BlobId.FromContent(content).ToString() != id)
            throw new PromotionException($"The {what} {id} is damaged: its content has another hash.");
        return content.AsMemory(line + 1);
    }
}
