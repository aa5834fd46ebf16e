using System.Runtime.CompilerServices;
using Varai.State;

namespace Varai.Tests.Configuration.Sources;

/// <summary>A store that several nodes share and that can be away: every call fails, or none ever answers.</summary>
internal sealed class OutageStateStore(IStateStore inner) : IStateStore
{
    private volatile TaskCompletionSource _outage = new();
    private volatile bool _hangs;

    public IBlobStore Blobs => IsAway ? throw Away() : inner.Blobs;

    public ILeaseStore Leases => IsAway ? throw Away() : inner.Leases;

    private bool IsAway => _outage.Task.IsCompleted;

    public void Stop() => _outage.TrySetResult();

    public void Hang()
    {
        _hangs = true;
        _outage.TrySetResult();
    }

    public void Start()
    {
        _hangs = false;
        _outage = new TaskCompletionSource();
    }

    public async ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken)
    {
        await EnterAsync();
        return await inner.GetRevisionAsync(cancellationToken);
    }

    public async ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken)
    {
        await EnterAsync();
        return await inner.GetAsync(key, cancellationToken);
    }

    public async IAsyncEnumerable<StateDocument> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await EnterAsync();
        await foreach (StateDocument document in inner.ListAsync(prefix, cancellationToken))
            yield return document;
    }

    public async IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await EnterAsync();
        await foreach (StreamEntry entry in inner.ReadStreamAsync(query, cancellationToken))
            yield return entry;
    }

    public async Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
    {
        await EnterAsync();
        return await inner.CommitAsync(transaction, cancellationToken);
    }

    public async IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await EnterAsync();
        Task outage = _outage.Task;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using IAsyncEnumerator<StateChange> changes = inner.WatchAsync(afterRevision, end.Token).GetAsyncEnumerator(end.Token);
        while (true)
        {
            Task<bool> next = changes.MoveNextAsync().AsTask();
            if (await Task.WhenAny(next, outage) == outage)
            {
                // An enumerator is disposed only when nothing waits for it.
                await end.CancelAsync();
                await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                throw Away();
            }

            if (!await next)
                yield break;
            yield return changes.Current;
        }
    }

    private static StateException Away() => new("The store of the test is away.") { IsTransient = true };

    // A store that never answers does not listen to tokens either.
    private Task EnterAsync() => !IsAway ? Task.CompletedTask
        : _hangs ? new TaskCompletionSource().Task
        : Task.FromException(Away());
}
