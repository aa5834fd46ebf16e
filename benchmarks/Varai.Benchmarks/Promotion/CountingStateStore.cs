using Varai.State;

namespace Varai.Benchmarks.Promotion;

/// <summary>Counts what is written durably: commits, blobs and leases.</summary>
internal sealed class CountingStateStore(IStateStore inner) : IStateStore, IBlobStore, ILeaseStore
{
    private int _writes;

    public int Writes => Volatile.Read(ref _writes);

    public IBlobStore Blobs => this;

    public ILeaseStore Leases => this;

    public void Reset() => Volatile.Write(ref _writes, 0);

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) => inner.GetRevisionAsync(cancellationToken);

    public ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public IAsyncEnumerable<StateDocument> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, CancellationToken cancellationToken) => inner.ReadStreamAsync(query, cancellationToken);

    public IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, CancellationToken cancellationToken) => inner.WatchAsync(afterRevision, cancellationToken);

    public Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return inner.CommitAsync(transaction, cancellationToken);
    }

    public Task<BlobId> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return inner.Blobs.PutAsync(content, cancellationToken);
    }

    public Task<IReadOnlyList<BlobId>> PutAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> contents, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return inner.Blobs.PutAllAsync(contents, cancellationToken);
    }

    public Task<Stream?> OpenReadAsync(BlobId id, CancellationToken cancellationToken) => inner.Blobs.OpenReadAsync(id, cancellationToken);

    public ValueTask<bool> ExistsAsync(BlobId id, CancellationToken cancellationToken) => inner.Blobs.ExistsAsync(id, cancellationToken);

    public Task<bool> DeleteAsync(BlobId id, CancellationToken cancellationToken) => inner.Blobs.DeleteAsync(id, cancellationToken);

    public Task DeleteAllAsync(IReadOnlyCollection<BlobId> ids, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return inner.Blobs.DeleteAllAsync(ids, cancellationToken);
    }

    public Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return inner.Leases.TryAcquireAsync(name, holder, duration, cancellationToken);
    }

    public Task<Lease> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return inner.Leases.RenewAsync(lease, duration, cancellationToken);
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return inner.Leases.ReleaseAsync(lease, cancellationToken);
    }

    ValueTask<Lease?> ILeaseStore.GetAsync(string name, CancellationToken cancellationToken) => inner.Leases.GetAsync(name, cancellationToken);
}
