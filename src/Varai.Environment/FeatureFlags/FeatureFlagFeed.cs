using Microsoft.Extensions.Logging;
using Varai.FeatureFlags.Editing;

namespace Varai.FeatureFlags;

/// <summary>Holds the present snapshot and keeps it up to date with the store.</summary>
/// <remarks>
/// A store that completes synchronously is loaded by the constructor and reloaded on the thread that fires its token, so that
/// whoever changed it sees the change. One load runs at a time; changes during a load make one more. A load that fails keeps
/// the last good snapshot and is tried again, at first after one second, then at doubling intervals up to five minutes.
/// </remarks>
internal sealed class FeatureFlagFeed : IFlagSetSource, IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);

    private readonly IFeatureFlagStore _store;
    private readonly ILogger<FeatureFlagFeed> _logger;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly LogOnce _mismatches = new();
    private readonly TaskCompletionSource _firstLoad = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _retry;
    private volatile FeatureFlagSnapshot _current;
    private volatile FeatureFlagSet _set = FeatureFlagSet.Empty;
    private volatile Exception? _failure;
    private volatile bool _isLoaded;
    private IDisposable? _subscription;
    private TimeSpan _delay = FirstRetry;
    private int _requests;

    public FeatureFlagFeed(IFeatureFlagStore store, TimeProvider time, ILogger<FeatureFlagFeed> logger)
    {
        _store = store;
        _logger = logger;
        _current = new FeatureFlagSnapshot(FeatureFlagSet.Empty, OnMismatch);
        _retry = time.CreateTimer(static feed => ((FeatureFlagFeed)feed!).Request(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Request();
    }

    /// <summary>The present snapshot; empty until the first load has succeeded.</summary>
    public FeatureFlagSnapshot Current => _current;

    FeatureFlagSet IFlagSetSource.Current => _set;

    /// <summary>Why the last load failed; null when it succeeded.</summary>
    public Exception? Failure => _failure;

    /// <summary>Whether any load has succeeded.</summary>
    public bool IsLoaded => _isLoaded;

    /// <summary>Ends when the first load has, with its error if it failed.</summary>
    public Task FirstLoad => _firstLoad.Task;

    public void Dispose()
    {
        _lifetime.Cancel();
        _retry.Dispose();
        _subscription?.Dispose();
        _lifetime.Dispose();
    }

    private void Request()
    {
        if (Interlocked.Increment(ref _requests) == 1)
            _ = LoadAsync();
    }

    // Runs on one thread at a time: only the request that finds no other starts it.
    private async Task LoadAsync()
    {
        int served;
        do
        {
            served = Volatile.Read(ref _requests);
            try
            {
                await LoadOnceAsync(_lifetime.Token).ConfigureAwait(false);
            }
            catch (Exception) when (_lifetime.IsCancellationRequested)
            {
                _firstLoad.TrySetCanceled(CancellationToken.None);
                return;
            }
            catch (Exception e)
            {
                OnFailure(e);
            }
        }
        while (Interlocked.Add(ref _requests, -served) != 0);
    }

    private async Task LoadOnceAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Before the load, so that a change during it is not missed.
        _subscription?.Dispose();
        _subscription = _store.GetChangeToken().RegisterChangeCallback(static feed => ((FeatureFlagFeed)feed!).Request(), this);
        FeatureFlagSet set = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
        _current = new FeatureFlagSnapshot(set, OnMismatch);
        _set = set;
        _isLoaded = true;
        bool isRecovery = _failure is not null;
        _failure = null;
        _delay = FirstRetry;
        _retry.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _firstLoad.TrySetResult();
        if (isRecovery)
            Report(set.Definitions.Count, static (logger, count) => logger.FeatureFlagsRecovered(count));
    }

    private void OnFailure(Exception e)
    {
        bool isNews = _failure?.Message != e.Message;
        _failure = e;
        if (_firstLoad.TrySetException(e))
            _ = _firstLoad.Task.Exception; // logged below, whether or not anybody waits for it
        try
        {
            _retry.Change(_delay, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException) when (_lifetime.IsCancellationRequested)
        {
            return;
        }

        _delay = _delay * 2 < LongestRetry ? _delay * 2 : LongestRetry;
        if (isNews)
            Report((Error: e, Effect: IsLoaded ? "The last good ones stay in use." : "Every feature counts as off."), static (logger, news) => logger.FeatureFlagsFailed(news.Error, news.Effect));
    }

    // After everything else: a logger that throws must not end the loading, and there is nobody to tell.
    private void Report<T>(T news, Action<ILogger, T> write)
    {
        try
        {
            write(_logger, news);
        }
        catch (Exception)
        {
            // Said above.
        }
    }

    private void OnMismatch(string flag, string parameter, string problem)
    {
        if (_mismatches.IsFirst($"{flag}:{parameter}"))
            _logger.FeatureParameterMismatch(flag, parameter, problem);
    }
}
