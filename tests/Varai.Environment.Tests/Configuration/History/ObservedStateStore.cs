using System.Runtime.CompilerServices;
using Varai.State;

namespace Varai.Tests.Configuration.History;

/// <summary>A store that counts what is asked of it and can be away.</summary>
internal sealed class ObservedStateStore(IStateStore inner) : IStateStore, IBlobStore
{
    private int _reads;
    private int _commits;

    /// <summary>Whether every call fails, as it does when a server can't be reached.</summary>
    public bool IsAway { get; set; }

    /// <summary>Whether the next commit fails, once.</summary>
    public Func<StateTransaction, bool>? Refuses { get; set; }

    /// <summary>Runs before each commit.</summary>
    public Func<StateTransaction, Task>? BeforeCommit { get; set; }

    public int Reads => _reads;

    public int Commits => _commits;

    public IBlobStore Blobs => this;

    public ILeaseStore Leases => inner.Leases;

    public void Reset() => (_reads, _commits) = (0, 0);

    public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken)
    {
        Read();
        return inner.GetRevisionAsync(cancellationToken);
    }

    public ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken)
    {
        Read();
        return inner.GetAsync(key, cancellationToken);
    }

    public async IAsyncEnumerable<StateDocument> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Read();
        await foreach (StateDocument document in inner.ListAsync(prefix, cancellationToken))
            yield return document;
    }

    public async IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Read();
        await foreach (StreamEntry entry in inner.ReadStreamAsync(query, cancellationToken))
            yield return entry;
    }

    public async Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        Interlocked.Increment(ref _commits);
        if (BeforeCommit is { } before)
            await before(transaction);
        if (Refuses?.Invoke(transaction) == true)
            throw Away();
        return await inner.CommitAsync(transaction, cancellationToken);
    }

    public IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, CancellationToken cancellationToken) =>
        inner.WatchAsync(afterRevision, cancellationToken);

    public Task<BlobId> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        return inner.Blobs.PutAsync(content, cancellationToken);
    }

    public Task<Stream?> OpenReadAsync(BlobId id, CancellationToken cancellationToken)
    {
        Read();
        return inner.Blobs.OpenReadAsync(id, cancellationToken);
    }

    public ValueTask<bool> ExistsAsync(BlobId id, CancellationToken cancellationToken)
    {
        Read();
        return inner.Blobs.ExistsAsync(id, cancellationToken);
    }

    public Task<bool> DeleteAsync(BlobId id, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        return inner.Blobs.DeleteAsync(id, cancellationToken);
    }

    private static StateException Away() => new("The store is away.") { IsTransient = true };

    private void Read()
    {
        ThrowIfAway();
        Interlocked.Increment(ref _reads);
    }

    private void ThrowIfAway()
    {
        if (IsAway)
            throw Away();
    }
}
