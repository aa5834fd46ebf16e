using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;
using Varai.FeatureFlags.Editing;
using Varai.FeatureFlags.Stores;

namespace Varai.FeatureFlags.Evaluation;

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
    private readonly FlagSetCompiler _compiler;
    private readonly IEnvironmentConfiguration _configuration;
    private readonly GuardedLogger _logger;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly TaskCompletionSource _firstLoad = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _retry;
    private volatile FeatureFlagSnapshot _current = FeatureFlagSnapshot.Empty;
    private CancellationTokenSource _changed = new();
    private volatile Exception? _failure;
    private volatile bool _isLoaded;
    private long _lastKnownGoodTicks;
    private IDisposable? _subscription;
    private TimeSpan _delay = FirstRetry;
    private int _requests;

    // Ends with the load that begins next.
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FeatureFlagFeed(
        IFeatureFlagStore store, FlagSetCompiler compiler, IEnvironmentConfiguration configuration, TimeProvider time, ILogger<FeatureFlagFeed> logger)
    {
        _store = store;
        _compiler = compiler;
        _configuration = configuration;
        _logger = new GuardedLogger(logger);
        _retry = time.CreateTimer(static feed => ((FeatureFlagFeed)feed!).Request(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Request();
    }

    /// <summary>The present snapshot; empty until the first load has succeeded.</summary>
    public FeatureFlagSnapshot Current => _current;

    FeatureFlagSet IFlagSetSource.Current => _current.Set;

    /// <summary>Why the last load failed; null when it succeeded.</summary>
    public Exception? Failure => _failure;

    /// <summary>When the flags in use were last read, while they are those that an earlier run of this node has kept.</summary>
    public DateTimeOffset? LastKnownGoodFrom =>
        Interlocked.Read(ref _lastKnownGoodTicks) is var ticks and not 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Whether any load has succeeded.</summary>
    public bool IsLoaded => _isLoaded;

    /// <summary>Ends when the first load has, with its error if it failed.</summary>
    public Task FirstLoad => _firstLoad.Task;

    /// <summary>Fires once, after <see cref="Current"/> was replaced.</summary>
    public IChangeToken GetChangeToken() => new CancellationChangeToken(Volatile.Read(ref _changed).Token);

    public Task ReloadAsync(CancellationToken cancellationToken)
    {
        // Before the request, which may be served at once.
        Task next = Volatile.Read(ref _next).Task;
        Request();
        return next.WaitAsync(cancellationToken);
    }

    public void Dispose()
    {
        if (_lifetime.IsCancellationRequested)
            return;
        _lifetime.Cancel();
        Volatile.Read(ref _next).TrySetResult();
        _retry.Dispose();
        _subscription?.Dispose();
        _lifetime.Dispose();
        _changed.Dispose();
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
            TaskCompletionSource present = Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            try
            {
                await LoadOnceAsync(_lifetime.Token).ConfigureAwait(false);
            }
            catch (Exception) when (_lifetime.IsCancellationRequested)
            {
                _firstLoad.TrySetCanceled(CancellationToken.None);
                Volatile.Read(ref _next).TrySetResult();
                return;
            }
            catch (Exception e)
            {
                OnFailure(e);
            }
            finally
            {
                present.TrySetResult();
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
        FeatureFlagSet set;
        try
        {
            set = await _store.LoadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (VaraiException e) when (!_isLoaded && _store is ILastKnownGoodFlags kept)
        {
            // Still a failure, which is tried again; meanwhile the features are as they were.
            UseLastKnownGood(kept, e);
            throw;
        }

        bool isNew = Use(set);
        Interlocked.Exchange(ref _lastKnownGoodTicks, 0);
        bool isRecovery = _failure is not null;
        _failure = null;
        _delay = FirstRetry;
        _retry.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _firstLoad.TrySetResult();
        if (isRecovery)
            _logger.FeatureFlagsRecovered(set.Definitions.Count);
        // The rest of a file may have changed, and with it the flags' places but not the flags.
        if (isNew)
            Tell();
    }

    private bool Use(FeatureFlagSet set)
    {
        FeatureFlagSnapshot before = _current;
        bool isNew = !_isLoaded || set.GetDifferences(before.Set).Count > 0;
        _current = _compiler.Compile(set, _configuration.EnvironmentName, before.Version + (isNew ? 1 : 0));
        _isLoaded = true;
        return isNew;
    }

    private void UseLastKnownGood(ILastKnownGoodFlags store, VaraiException failure)
    {
        if (store.ReadLastKnownGood() is not { } last)
            return;
        Use(last.Set);
        Interlocked.Exchange(ref _lastKnownGoodTicks, last.ReadAt.UtcTicks);
        _firstLoad.TrySetResult();
        _logger.FeatureFlagsFromLastKnownGood(failure, last.ReadAt);
        Tell();
    }

    // Whoever listens runs here, on the thread that loads and under no lock; one that throws does not keep the others from it.
    private void Tell()
    {
        CancellationTokenSource before = Interlocked.Exchange(ref _changed, new CancellationTokenSource());
        try
        {
            before.Cancel();
        }
        catch (AggregateException e)
        {
            _logger.FeatureFlagListenerFailed(e);
        }
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
            _logger.FeatureFlagsFailed(e, IsLoaded ? "The last good ones stay in use." : "Every feature counts as off.");
    }
}
