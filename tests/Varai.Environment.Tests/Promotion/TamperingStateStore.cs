using Varai.State;

namespace Varai.Tests.Promotion;

/// <summary>Hands one blob out with a changed byte, without noticing.</summary>
internal sealed class TamperingStateStore(IStateStore inner, string blob) : SharedStateStore(inner), IBlobStore
{
    public override IBlobStore Blobs => this;

    public Task<BlobId> PutAsync(Stream content, CancellationToken cancellationToken) => Inner.Blobs.PutAsync(content, cancellationToken);

    public async Task<Stream?> OpenReadAsync(BlobId id, CancellationToken cancellationToken)
    {
        Stream? stream = await Inner.Blobs.OpenReadAsync(id, cancellationToken);
        if (stream is null || id.ToString() != blob)
            return stream;
        await using (stream)
        {
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy, cancellationToken);
            byte[] content = copy.ToArray();
            content[^2] ^= 1;
            return new MemoryStream(content);
        }
    }

    public ValueTask<bool> ExistsAsync(BlobId id, CancellationToken cancellationToken) => Inner.Blobs.ExistsAsync(id, cancellationToken);

    public Task<bool> DeleteAsync(BlobId id, CancellationToken cancellationToken) => Inner.Blobs.DeleteAsync(id, cancellationToken);
}
