using Varai.State;

namespace Varai.Tests.State;

/// <summary>A store with a fault the contract must find: it drops expectations and required leases.</summary>
internal sealed class ForgetfulStateStore(IStateStore inner) : IStateStore
{
    public IBlobStore Blobs => inner.Blobs;

    public ILeaseStore Leases => inner.Leases;

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) => inner.GetRevisionAsync(cancellationToken);

    public ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public IAsyncEnumerable<StateDocument> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, CancellationToken cancellationToken) =>
        inner.ReadStreamAsync(query, cancellationToken);

    public Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        var forgetful = new StateTransaction();
        foreach (StateOperation operation in transaction.Operations)
        {
            _ = operation.Kind switch
            {
                StateOperationKind.Put => forgetful.Put(operation.Name, operation.Content),
                StateOperationKind.Delete => forgetful.Delete(operation.Name),
                StateOperationKind.Append => forgetful.Append(operation.Name, operation.Content),
                _ => forgetful,
            };
        }

        return inner.CommitAsync(forgetful, cancellationToken);
    }

    public IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, CancellationToken cancellationToken) =>
        inner.WatchAsync(afterRevision, cancellationToken);
}
