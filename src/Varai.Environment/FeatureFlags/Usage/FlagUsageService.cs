using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;
using Varai.FeatureFlags.Evaluation;
using Varai.State;

namespace Varai.FeatureFlags.Usage;

/// <summary>Watches which flags are evaluated, and writes it down from time to time and at stop.</summary>
internal sealed class FlagUsageService : IHostedService, IFlagUsage, IDisposable
{
    public static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    // A store that never answers must not end the watching.
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(30);

    private readonly FeatureFlagFeed _feed;
    private readonly FlagUsageStore _store;
    private readonly TimeSpan _flushInterval;
    private readonly TimeProvider _time;
    private readonly GuardedLogger _logger;
    private readonly FlagUsageTracker _tracker = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private IDisposable? _changes;
    private long _flushed;
    private int _isDisposed;
    private volatile bool _isFailing;

    public FlagUsageService(
        FeatureFlagFeed feed,
        IStateStore store,
        IEnvironmentConfiguration configuration,
        IOptions<FeatureFlagOptions> options,
        TimeProvider time,
        ILogger<FlagUsageService> logger)
    {
        _feed = feed;
        _store = new FlagUsageStore(store, configuration.EnvironmentName);
        _flushInterval = options.Value.UsageFlushInterval;
        _time = time;
        _logger = new GuardedLogger(logger);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // So that what was evaluated in a snapshot is not forgotten with it.
        _changes = ChangeToken.OnChange(_feed.GetChangeToken, Sweep);
        Sweep();
        var timer = new PeriodicTimer(SweepInterval, _time);
        _running = Task.Run(() => RunAsync(timer, _stopping.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await EndAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Sweep();
        await TryFlushAsync(cancellationToken).ConfigureAwait(false);
    }

    // The container knows it by three names and disposes it by each.
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _changes?.Dispose();
        _stopping.Cancel();
        _stopping.Dispose();
    }

    public async Task<FlagUsageReport> GetReportAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Sweep();
        FlagUsageDocument? stored = null;
        string? failure = null;
        try
        {
            stored = await _store.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (VaraiException e)
        {
            failure = e.Message;
        }

        return _tracker.Report(stored, _time.GetUtcNow(), failure);
    }

    /// <summary>What is done every minute: looks at the flags, and writes when it is time to or the last attempt failed.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        Sweep();
        if (_isFailing || _flushed == 0 || _time.GetElapsedTime(_flushed) >= _flushInterval)
            await TryFlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        using PeriodicTimer owned = timer;
        try
        {
            do
                await TickAsync(cancellationToken).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task EndAsync()
    {
        _changes?.Dispose();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Sweep()
    {
        if (_feed.IsLoaded)
            _tracker.Sweep(_feed.Current, _time.GetUtcNow());
    }

    private async Task TryFlushAsync(CancellationToken cancellationToken)
    {
        FlagUsageDocument? own = _tracker.TakeChanges(_time.GetUtcNow());
        if (own is null)
            return;
        using var limit = new CancellationTokenSource(LongestWrite, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // The wait ends with the token also when the store ignores it.
            FlagUsageDocument written = await _store.MergeAsync(own, _time.GetUtcNow(), either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            _tracker.Adopt(written);
            _flushed = _time.GetTimestamp();
            if (_isFailing)
                _logger.FlagUsageSavedAgain();
            _isFailing = false;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _tracker.GiveBack();
        }
        catch (Exception e)
        {
            _tracker.GiveBack();
            if (!_isFailing)
                _logger.FlagUsageNotSaved(e);
            _isFailing = true;
        }
    }
}
