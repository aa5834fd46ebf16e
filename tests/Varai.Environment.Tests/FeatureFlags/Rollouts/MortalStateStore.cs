using Varai.State;

namespace Varai.Tests.FeatureFlags.Rollouts;

/// <summary>A node's view of a shared state store, which ends with the node.</summary>
internal sealed class MortalStateStore(IStateStore inner, CrashPoint crash) : IStateStore, ILeaseStore
{
    public IBlobStore Blobs => inner.Blobs;

    public ILeaseStore Leases => this;

    public List<StateTransaction> Commits { get; } = [];

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) => Alive().GetRevisionAsync(cancellationToken);

    public ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken) => Alive().GetAsync(key, cancellationToken);

    public IAsyncEnumerable<StateDocument> ListAsync(string prefix, CancellationToken cancellationToken) => Alive().ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, CancellationToken cancellationToken) =>
        Alive().ReadStreamAsync(query, cancellationToken);

    public Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        Commits.Add(transaction);
        return crash.WriteAsync(() => inner.CommitAsync(transaction, cancellationToken));
    }

    public IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, CancellationToken cancellationToken) =>
        Alive().WatchAsync(afterRevision, cancellationToken);

    public Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken) =>
        crash.WriteAsync(() => inner.Leases.TryAcquireAsync(name, holder, duration, cancellationToken));

    public Task<Lease> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken) =>
        crash.WriteAsync(() => inner.Leases.RenewAsync(lease, duration, cancellationToken));

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken) => crash.WriteAsync(async () =>
    {
        await inner.Leases.ReleaseAsync(lease, cancellationToken);
        return true;
    });

    ValueTask<Lease?> ILeaseStore.GetAsync(string name, CancellationToken cancellationToken)
    {
        crash.ThrowIfDead();
        return inner.Leases.GetAsync(name, cancellationToken);
    }

    private IStateStore Alive()
    {
        crash.ThrowIfDead();
        return inner;
    }
}
