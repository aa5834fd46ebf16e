using Varai.State;

namespace Varai.Tests.FeatureFlags.Stores;

/// <summary>A state store whose change feed a test writes.</summary>
internal sealed class ScriptedWatch(IStateStore inner) : IStateStore
{
    private int _watches;

    public required Func<long, CancellationToken, IAsyncEnumerable<StateChange>> Follow { get; init; }

    public int Watches => Volatile.Read(ref _watches);

    public IBlobStore Blobs => inner.Blobs;

    public ILeaseStore Leases => inner.Leases;

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) => inner.GetRevisionAsync(cancellationToken);

    public ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public IAsyncEnumerable<StateDocument> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, CancellationToken cancellationToken) => inner.ReadStreamAsync(query, cancellationToken);

    public Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken) => inner.CommitAsync(transaction, cancellationToken);

    public IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _watches);
        return Follow(afterRevision, cancellationToken);
    }
}
