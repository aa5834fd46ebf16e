using System.Collections.Concurrent;

namespace Varai.State;

/// <summary>The blobs of an <see cref="InMemoryStateStore"/>.</summary>
internal sealed class InMemoryBlobStore : IBlobStore
{
    private readonly ConcurrentDictionary<BlobId, byte[]> _blobs = new();

    public async Task<BlobId> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        cancellationToken.ThrowIfCancellationRequested();
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
        byte[] bytes = copy.ToArray();
        BlobId id = BlobId.FromContent(bytes);
        _blobs.TryAdd(id, bytes);
        return id;
    }

    public Task<Stream?> OpenReadAsync(BlobId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<Stream?>(_blobs.TryGetValue(id, out byte[]? bytes) ? new ForwardOnlyStream(bytes) : null);
    }

    public ValueTask<bool> ExistsAsync(BlobId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_blobs.ContainsKey(id));
    }

    public Task<bool> DeleteAsync(BlobId id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_blobs.TryRemove(id, out _));
    }
}
