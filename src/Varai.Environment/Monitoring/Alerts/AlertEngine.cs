using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Monitoring.Windows;

namespace Varai.Monitoring.Alerts;

/// <summary>Evaluates the rules while the host runs, remembers their alerts and tells the dispatcher.</summary>
/// <remarks>Remembering and telling go on beside the evaluation, one round at a time: a store or a dispatcher that hangs holds up neither the
/// evaluation nor the end of the host.</remarks>
internal sealed class AlertEngine(
    IEnumerable<AlertRule> rules,
    IMetricWindows windows,
    IVaraiEnvironment environment,
    AlertMemoryStore memory,
    IServiceProvider services,
    IOptions<AlertRulesOptions> options,
    TimeProvider time,
    ILogger<AlertEngine> logger) : BackgroundService, IAlertRules
{
    // A dead sender's alerts end after as many missed rounds, as with Prometheus.
    private const int ToleratedRounds = 4;

    private static readonly TimeSpan LongestTelling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRestore = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PendingSaveInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SaveInterval = TimeSpan.FromHours(1);

    private readonly GuardedLogger _logger = new(logger);
    private readonly AlertRulesOptions _options = options.Value;
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private readonly Lazy<AlertRuleSet> _set = new(() => new AlertRuleSet(rules, windows, environment.Name, new WindowClock(time)));
    private long _savedTimestamp = time.GetTimestamp();
    private readonly Lock _telling = new();
    private bool _isTelling;
    private bool _mustTellAgain;
    private bool _isRestored;
    private bool _hasTidied;
    private bool _isTellingFailing;

    public IReadOnlyList<AlertRuleStatus> GetStatus() => _set.Value.GetStatus();

    public AlertRuleExplanation Explain(string rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return _set.Value.Explain(rule);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host goes on starting meanwhile.
        await Task.Yield();
        await RestoreAsync(stoppingToken).ConfigureAwait(false);
        using var timer = new PeriodicTimer(_options.Interval, time);
        Task telling = Task.CompletedTask;
        try
        {
            do
            {
                Evaluate();
                if (BeginTelling())
                    telling = TellAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }

        await telling.WaitAsync(LongestEnd, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Evaluate()
    {
        try
        {
            _set.Value.Evaluate();
            foreach (AlertRulePlan plan in _set.Value.Plans)
            {
                if (plan.Error is { } error)
                {
                    if (_failing.Add(plan.Rule.Name))
                        _logger.AlertRuleFailed(plan.Rule.Name, error);
                }
                else if (_failing.Count > 0 && _failing.Remove(plan.Rule.Name))
                {
                    _logger.AlertRuleRecovered(plan.Rule.Name);
                }
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A loop in the background ends neither itself nor the host.
            _logger.AlertEvaluationFailed(e);
        }
    }

    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            // The evaluation waits for it at the start, but not for long: what comes later is taken over then.
            if (await memory.LoadAsync(cancellationToken).WaitAsync(LongestRestore, time, cancellationToken).ConfigureAwait(false) is { } saved)
                _set.Value.Restore(saved, _options.OutageTolerance, _options.Interval + _options.Interval);
            _isRestored = true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host stops.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _logger.AlertMemoryNotLoaded(e);
        }
    }

    /// <returns>Whether nobody is at it: whoever is looks once more when it is done.</returns>
    private bool BeginTelling()
    {
        lock (_telling)
        {
            _mustTellAgain = _isTelling;
            if (_isTelling)
                return false;
            _isTelling = true;
            return true;
        }
    }

    private bool EndTelling(bool hasFailed)
    {
        lock (_telling)
        {
            _isTelling = _mustTellAgain && !hasFailed;
            _mustTellAgain = false;
            return !_isTelling;
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        bool hasFailed;
        do
            hasFailed = !await TryTellAsync(cancellationToken).ConfigureAwait(false);
        while (!EndTelling(hasFailed));
    }

    private async Task<bool> TryTellAsync(CancellationToken cancellationToken)
    {
        // Neither waits for the other: a store that is away keeps no alert from a dispatcher that is there.
        Exception? unsaved = await AttemptAsync(SaveAsync, cancellationToken).ConfigureAwait(false);
        Exception? untold = await AttemptAsync(PostAsync, cancellationToken).ConfigureAwait(false);
        if (cancellationToken.IsCancellationRequested)
            return false;
        Exception? failure = untold ?? unsaved;
        if (failure is not null && !_isTellingFailing)
            _logger.AlertsNotTold(failure);
        else if (failure is null && _isTellingFailing)
            _logger.AlertsToldAgain();
        _isTellingFailing = failure is not null;
        return failure is null;
    }

    private async Task<Exception?> AttemptAsync(Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestTelling, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            // Whoever does not listen to the token is left behind.
            await act(linked.Token).WaitAsync(linked.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return e;
        }
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        AlertRuleSet set = _set.Value;

        // A store that could not be read at the start is read before it is written: what it remembers is still to come back.
        if (!_isRestored)
            await RestoreAsync(cancellationToken).ConfigureAwait(false);
        TimeSpan age = time.GetElapsedTime(_savedTimestamp);
        if (!_isRestored || !(set.HasChanged || (age >= PendingSaveInterval && set.HasPending) || (age >= SaveInterval && set.HasAlerts)))
            return;
        try
        {
            await memory.SaveAsync(set.Remember(), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            set.MarkUnsaved();
            throw;
        }

        _savedTimestamp = time.GetTimestamp();
        if (_hasTidied)
            return;
        await memory.TidyAsync(time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        _hasTidied = true;
    }

    private async Task PostAsync(CancellationToken cancellationToken)
    {
        AlertRuleSet set = _set.Value;
        TimeSpan round = _options.Interval > _options.ResendDelay ? _options.Interval : _options.ResendDelay;
        IReadOnlyList<AlertTelling> tellings = set.FindTellings(_options.ResendDelay, round * ToleratedRounds);
        if (tellings.Count == 0)
            return;

        // Without a dispatcher alerts are only shown.
        if (services.GetService<IAlertDispatcher>() is { } dispatcher)
            await dispatcher.PostAsync([.. tellings.Select(t => t.Alert)], cancellationToken).ConfigureAwait(false);
        set.Acknowledge(tellings);
    }
}
