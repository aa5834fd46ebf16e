using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Varai.State;

namespace Varai.FeatureFlags.Stores;

/// <summary>Change tokens of one document of the state store.</summary>
/// <remarks>The store is followed from the first token that is asked for until this is disposed. While it can't be followed, it is
/// tried again, at first after one second, then at doubling intervals up to a minute.</remarks>
internal sealed class DocumentWatch(IStateStore state, string key, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    private readonly GuardedLogger _logger = new(logger);
    private readonly CancellationTokenSource _lifetime = new();
    private CancellationTokenSource _changed = new();

    // The newest version of the document that anybody here has seen; -1 before the first.
    private long _known = -1;
    private int _isStarted;

    public IChangeToken GetChangeToken()
    {
        var token = new CancellationChangeToken(Volatile.Read(ref _changed).Token);
        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
            _ = Task.Run(() => FollowAsync(_lifetime.Token), CancellationToken.None);
        return token;
    }

    /// <summary>A version of the document was read here. Those who hold a token have not necessarily seen it.</summary>
    /// <param name="version">The version; 0 when there is no document.</param>
    public void NoticeRead(long version) => Notice(version, isChange: false);

    /// <summary>A version of the document was written, here or elsewhere.</summary>
    /// <param name="version">The version.</param>
    public void NoticeChange(long version) => Notice(version, isChange: true);

    public void Dispose()
    {
        _lifetime.Cancel();
        _lifetime.Dispose();
        _changed.Dispose();
    }

    // The first version that is read is no news to anybody, the first that is written is.
    private void Notice(long version, bool isChange)
    {
        long known = Volatile.Read(ref _known);
        while (version > known)
        {
            long found = Interlocked.CompareExchange(ref _known, version, known);
            if (found == known)
            {
                if (known >= 0 || isChange)
                    Signal();
                return;
            }

            known = found;
        }
    }

    // What a listener makes of it is no failure of the store, nor of the write that told it.
    private void Signal()
    {
        if (_lifetime.IsCancellationRequested)
            return;
        try
        {
            Interlocked.Exchange(ref _changed, new CancellationTokenSource()).Cancel();
        }
        catch (AggregateException e)
        {
            _logger.FeatureFlagListenerFailed(e);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var retry = new Retry { Delay = FirstRetry };
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await FollowOnceAsync(retry, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (!retry.IsFailing)
                    _logger.FeatureFlagsNotFollowed(e);
                retry.IsFailing = true;
                await Task.Delay(retry.Delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                retry.Delay = retry.Delay * 2 < LongestRetry ? retry.Delay * 2 : LongestRetry;
            }
        }
    }

    private async Task FollowOnceAsync(Retry retry, CancellationToken cancellationToken)
    {
        long revision = await state.GetRevisionAsync(cancellationToken).ConfigureAwait(false);

        // What happened before that revision no watch tells of.
        StateDocument? document = await state.GetAsync(key, cancellationToken).ConfigureAwait(false);
        if (Volatile.Read(ref _known) is var known && known >= 0)
            NoticeWhatIsThere(document?.Version ?? 0, known);
        IAsyncEnumerator<StateChange> changes = state.WatchAsync(revision, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (changes.ConfigureAwait(false))
        {
            while (true)
            {
                Task<bool> next = changes.MoveNextAsync().AsTask();
                if (retry.IsFailing)
                    await EndFailureAsync(retry, next, cancellationToken).ConfigureAwait(false);
                if (!await next.ConfigureAwait(false))
                    throw new StateException("The state store has ended its change feed, which only a token or an error may.");
                Notice(changes.Current);
            }
        }
    }

    // Not at the first success: a store that can be read may still fail to be followed, and then nothing has changed.
    private async Task EndFailureAsync(Retry retry, Task<bool> next, CancellationToken cancellationToken)
    {
        await Task.WhenAny(next, Task.Delay(retry.Delay, time, cancellationToken)).ConfigureAwait(false);
        if (next.IsFaulted || next.IsCanceled || cancellationToken.IsCancellationRequested)
            return;
        retry.IsFailing = false;
        retry.Delay = FirstRetry;
        _logger.FeatureFlagsFollowed();
    }

    private void Notice(StateChange change)
    {
        switch (change.Kind)
        {
            case StateChangeKind.Put when change.Name == key:
                NoticeChange(change.Version);
                break;
            case StateChangeKind.Delete when change.Name == key:
            case StateChangeKind.Reset:
                Forget();
                break;
        }
    }

    private void NoticeWhatIsThere(long version, long known)
    {
        // A smaller one: the document was deleted, or the store was replaced by an older one.
        if (version < known)
            Forget();
        else
            NoticeRead(version);
    }

    private void Forget()
    {
        Volatile.Write(ref _known, -1);
        Signal();
    }

    private sealed class Retry
    {
        public TimeSpan Delay { get; set; }

        public bool IsFailing { get; set; }
    }
}
