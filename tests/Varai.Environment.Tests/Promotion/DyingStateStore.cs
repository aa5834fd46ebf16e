using Varai.State;

namespace Varai.Tests.Promotion;

/// <summary>Lets some commits and blobs through and then nothing any more, as a process that is killed would.</summary>
internal sealed class DyingStateStore(IStateStore inner, int writes, bool diesAfterWriting) : SharedStateStore(inner), ILeaseStore, IBlobStore
{
    private int _writes = writes;
    private bool _isDead;

    /// <summary>Whether there were more writes than it let through.</summary>
    public bool HasDied => _isDead;

    public override IBlobStore Blobs => this;

    public override ILeaseStore Leases => this;

    public override Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken) =>
        WriteAsync(() => Inner.CommitAsync(transaction, cancellationToken));

    public override ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken)
    {
        ThrowIfDead();
        return Inner.GetAsync(key, cancellationToken);
    }

    public Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan duration, CancellationToken cancellationToken)
    {
        ThrowIfDead();
        return Inner.Leases.TryAcquireAsync(name, holder, duration, cancellationToken);
    }

    public Task<Lease> RenewAsync(Lease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        ThrowIfDead();
        return Inner.Leases.RenewAsync(lease, duration, cancellationToken);
    }

    public Task ReleaseAsync(Lease lease, CancellationToken cancellationToken)
    {
        ThrowIfDead();
        return Inner.Leases.ReleaseAsync(lease, cancellationToken);
    }

    ValueTask<Lease?> ILeaseStore.GetAsync(string name, CancellationToken cancellationToken) => Inner.Leases.GetAsync(name, cancellationToken);

    public Task<BlobId> PutAsync(Stream content, CancellationToken cancellationToken) => WriteAsync(() => Inner.Blobs.PutAsync(content, cancellationToken));

    public Task<Stream?> OpenReadAsync(BlobId id, CancellationToken cancellationToken)
    {
        ThrowIfDead();
        return Inner.Blobs.OpenReadAsync(id, cancellationToken);
    }

    public ValueTask<bool> ExistsAsync(BlobId id, CancellationToken cancellationToken)
    {
        ThrowIfDead();
        return Inner.Blobs.ExistsAsync(id, cancellationToken);
    }

    public Task<bool> DeleteAsync(BlobId id, CancellationToken cancellationToken) => WriteAsync(() => Inner.Blobs.DeleteAsync(id, cancellationToken));

    private async Task<T> WriteAsync<T>(Func<Task<T>> write)
    {
        ThrowIfDead();
        if (_writes-- > 0)
            return await write();
        if (diesAfterWriting)
            await write();
        _isDead = true;
        ThrowIfDead();
        return default!;
    }

    private void ThrowIfDead()
    {
        if (_isDead)
            throw new StateException("The process is dead.");
    }
}
