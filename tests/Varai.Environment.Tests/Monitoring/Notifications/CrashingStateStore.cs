using Varai.State;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>A store whose process dies at one commit: before it, or after it and before anybody hears of it.</summary>
internal sealed class CrashingStateStore(IStateStore inner) : IStateStore
{
    private int _commits;

    /// <summary>The number of the commit at which it dies, from 1; 0 for never.</summary>
    public int DiesAt { get; set; }

    public bool DiesAfter { get; set; }

    public int Commits => _commits;

    public bool IsDead { get; private set; }

    /// <summary>What each commit waits for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>What happens when a commit begins.</summary>
    public Action OnCommit { get; set; } = static () => { };

    public IBlobStore Blobs => inner.Blobs;

    public ILeaseStore Leases => inner.Leases;

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) => inner.GetRevisionAsync(cancellationToken);

    public ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken) => inner.GetAsync(key, cancellationToken);

    public IAsyncEnumerable<StateDocument> ListAsync(string prefix, CancellationToken cancellationToken) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, CancellationToken cancellationToken) => inner.ReadStreamAsync(query, cancellationToken);

    public async Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        OnCommit();
        await Gate;
        ThrowIfDead();
        bool dies = Interlocked.Increment(ref _commits) == DiesAt;
        if (dies && !DiesAfter)
            Die();
        StateCommit commit = await inner.CommitAsync(transaction, cancellationToken);
        if (dies)
            Die();
        return commit;
    }

    public IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, CancellationToken cancellationToken) => inner.WatchAsync(afterRevision, cancellationToken);

    public void Die()
    {
        IsDead = true;
        ThrowIfDead();
    }

    public void Revive()
    {
        DiesAt = 0;
        IsDead = false;
    }

    private void ThrowIfDead()
    {
        if (IsDead)
            throw new StateException("The process is dead.");
    }
}
