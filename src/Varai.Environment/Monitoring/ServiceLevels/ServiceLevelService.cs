using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>Counts the events of all objectives, writes them down every minute and at stop, and answers.</summary>
internal sealed class ServiceLevelService : IServiceLevels, IHostedService, IDisposable
{
    public static readonly TimeSpan CountInterval = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan WriteInterval = TimeSpan.FromMinutes(1);

    // A store that never answers must not end the counting for ever.
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(20);

    private readonly SortedDictionary<string, ObjectiveCounter> _counters = new(StringComparer.Ordinal);
    private readonly ServiceLevelCollector _collector;
    private readonly UptimeProber _prober;
    private readonly ServiceLevelStore _store;
    private readonly TimeProvider _time;
    private readonly GuardedLogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private long? _writtenAt;
    private volatile string? _failure;
    private int _isDisposed;

    public ServiceLevelService(
        IEnumerable<ServiceLevelObjective> objectives,
        ServiceLevelCollector collector,
        UptimeProber prober,
        ServiceLevelStore store,
        TimeProvider time,
        ILogger<ServiceLevelService> logger)
    {
        foreach (ServiceLevelObjective objective in objectives)
        {
            if (objective.FindMistake() is { } mistake)
                throw new InvalidOperationException(mistake);
            if (!_counters.TryAdd(objective.Name, new ObjectiveCounter(objective)))
                throw new InvalidOperationException($"There are two service level objectives named '{objective.Name}'.");
        }

        _collector = collector;
        _prober = prober;
        _store = store;
        _time = time;
        _logger = new GuardedLogger(logger);
    }

    public IReadOnlyList<ServiceLevelObjective> Objectives => [.. _counters.Values.Select(c => c.Objective)];

    public ServiceLevelStatus GetStatus(string objective)
    {
        ObjectiveCounter counter = Find(objective);
        ServiceLevelObjective found = counter.Objective;
        DateTimeOffset now = _time.GetUtcNow();
        return new ServiceLevelStatus(found, now, counter.Sum(found.Period, now))
        {
            BurnRates = [.. found.GetBurnRateWindows().Select(window => Burn(counter, window, now))],
            StoreFailure = _failure,
        };
    }

    public ServiceLevelCount GetEvents(string objective, TimeSpan window)
    {
        ObjectiveCounter counter = Find(objective);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(window, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(window, counter.Objective.Period);
        return counter.Sum(window, _time.GetUtcNow());
    }

    public ServiceLevelReport GetReport(string objective, int year, int month)
    {
        ObjectiveCounter counter = Find(objective);
        ArgumentOutOfRangeException.ThrowIfLessThan(month, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(month, 12);
        DateTimeOffset now = _time.GetUtcNow();
        int present = counter.MonthOf(now);
        int asked = (year * 12) + month - 1;
        if (asked > present || asked < present - 12)
            throw new ArgumentOutOfRangeException(nameof(month), $"{year}-{month:00}", "There are reports of this month and of the twelve before.");
        return new ServiceLevelReport(counter.Objective, year, month, counter.SumOfMonth(year, month)) { CreatedAt = now, IsComplete = asked < present };
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var timer = new PeriodicTimer(CountInterval, _time);
        _running = Task.Run(() => RunAsync(timer, _stopping.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _collector.Collect(_counters.Values);
        await WriteAsync(cancellationToken).ConfigureAwait(false);
    }

    // The container knows it by two names and disposes it by each.
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        _stopping.Cancel();
        _stopping.Dispose();
    }

    /// <summary>What is done every ten seconds: counts, and writes when it is time to.</summary>
    public async Task TickAsync(CancellationToken cancellationToken)
    {
        _collector.Collect(_counters.Values);
        await _prober.ProbeAsync(_counters.Values, cancellationToken).ConfigureAwait(false);
        if (_writtenAt is not { } written || _time.GetElapsedTime(written) >= WriteInterval)
            await WriteAsync(cancellationToken).ConfigureAwait(false);
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

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestWrite, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        Exception? failure = null;
        foreach (ObjectiveCounter counter in _counters.Values)
        {
            try
            {
                (CountedEvents[] events, long addition) = counter.TakeAddition();

                // The wait ends with the token also when the store ignores it. What was then not known to be written is tried again.
                counter.Adopt(await _store.AddAsync(counter.Objective, events, addition, either.Token).WaitAsync(either.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The host stops; what was not written is lost with the process.
                return;
            }
            catch (Exception e)
            {
                // The document of one may be damaged, and the others' not.
                failure ??= e;
            }
        }

        Tell(failure);
    }

    private void Tell(Exception? failure)
    {
        if (failure is null)
            _writtenAt = _time.GetTimestamp();
        if (failure is not null && _failure is null)
            _logger.ServiceLevelsNotWritten(failure);
        else if (failure is null && _failure is not null)
            _logger.ServiceLevelsWrittenAgain();
        _failure = failure is OperationCanceledException ? "The state store did not answer in time." : failure?.Message;
    }

    private ObjectiveCounter Find(string objective)
    {
        ArgumentException.ThrowIfNullOrEmpty(objective);
        return _counters.TryGetValue(objective, out ObjectiveCounter? found)
            ? found
            : throw new ArgumentException($"There is no service level objective '{objective}'. There are: {string.Join(", ", _counters.Keys)}.", nameof(objective));
    }

    public static BurnRate Burn(ObjectiveCounter counter, BurnRateWindow window, DateTimeOffset now)
    {
        ServiceLevelCount longer = counter.Sum(window.Long, now);
        ServiceLevelCount shorter = counter.Sum(window.Short, now);
        return new BurnRate(window, longer, shorter)
        {
            LongRate = longer.BudgetUsed(counter.Objective.ErrorBudget),
            ShortRate = shorter.BudgetUsed(counter.Objective.ErrorBudget),
            MinimumEvents = counter.Objective.MinimumEvents ?? window.MinimumEvents(counter.Objective.Target),
        };
    }
}
