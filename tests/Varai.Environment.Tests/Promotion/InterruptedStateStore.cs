using Varai.State;

namespace Varai.Tests.Promotion;

/// <summary>Lets something happen before the first blob is read.</summary>
internal sealed class InterruptedStateStore(IStateStore inner, Func<Task> interruption) : SharedStateStore(inner), IBlobStore
{
    public bool WasInterrupted { get; private set; }

    public override IBlobStore Blobs => this;

    public Task<BlobId> PutAsync(Stream content, CancellationToken cancellationToken) => Inner.Blobs.PutAsync(content, cancellationToken);

    public async Task<Stream?> OpenReadAsync(BlobId id, CancellationToken cancellationToken)
    {
        if (!WasInterrupted)
        {
            WasInterrupted = true;
            await interruption();
        }

        return await Inner.Blobs.OpenReadAsync(id, cancellationToken);
    }

    public ValueTask<bool> ExistsAsync(BlobId id, CancellationToken cancellationToken) => Inner.Blobs.ExistsAsync(id, cancellationToken);

    public Task<bool> DeleteAsync(BlobId id, CancellationToken cancellationToken) => Inner.Blobs.DeleteAsync(id, cancellationToken);
}
