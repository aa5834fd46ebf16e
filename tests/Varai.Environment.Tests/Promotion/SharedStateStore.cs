using Varai.State;

namespace Varai.Tests.Promotion;

/// <summary>A store that several hosts of a test use one after the other, or at once: none of them disposes it.</summary>
internal class SharedStateStore(IStateStore inner) : IStateStore
{
    public virtual IBlobStore Blobs => inner.Blobs;

    public virtual ILeaseStore Leases => inner.Leases;

    protected IStateStore Inner => inner;

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) => inner.GetRevisionAsync(cancellationToken);

    public virtual ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public IAsyncEnumerable<StateDocument> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public virtual IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, CancellationToken cancellationToken) => inner.ReadStreamAsync(query, cancellationToken);

    public virtual Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken) => inner.CommitAsync(transaction, cancellationToken);

    public IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, CancellationToken cancellationToken) => inner.WatchAsync(afterRevision, cancellationToken);
}
