using System.Collections.Concurrent;
using Varai.State;

namespace Contoso.Extensions;

internal sealed class DictionaryBlobs : IBlobStore
{
    private readonly ConcurrentDictionary<BlobId, byte[]> _blobs = new();

    public async Task<BlobId> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        BlobId id = BlobId.FromContent(copy.ToArray());
        _blobs.TryAdd(id, copy.ToArray());
        return id;
    }

    public async Task<Stream?> OpenReadAsync(BlobId id, CancellationToken cancellationToken) =>
        await ExistsAsync(id, cancellationToken) && _blobs.TryGetValue(id, out byte[]? bytes) ? new MemoryStream(bytes, writable: false) : null;

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
