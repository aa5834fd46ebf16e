using Varai.Monitoring.Windows;

namespace Varai.Monitoring.Alerts;

/// <summary>All rules of a process with their alerts: what is evaluated together. Evaluated by one thread at a time, and looked at by
/// any.</summary>
internal sealed class AlertRuleSet
{
    private readonly Lock _states = new();
    private readonly WindowClock _clock;
    private readonly IMetricWindows _windows;
    private readonly QueryPlan[] _queries;
    private readonly AlertRulePlan[] _plans;

    /// <param name="rules">The rules, each valid and with a name of its own.</param>
    /// <param name="windows">What they ask.</param>
    /// <param name="environment">The environment, on which thresholds may depend.</param>
    /// <param name="clock">The clock of their states.</param>
    public AlertRuleSet(IEnumerable<AlertRule> rules, IMetricWindows windows, string environment, WindowClock clock)
    {
        (_windows, _clock, Environment) = (windows, clock, environment);
        _plans = [.. rules.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => new AlertRulePlan(r, environment))];
        _queries = [.. _plans.SelectMany(p => p.Queries)];
    }

    public string Environment { get; }

    public IReadOnlyList<AlertRulePlan> Plans => _plans;

    /// <summary>Evaluates all rules as of now. Allocates nothing while no state changes and no series come or go.</summary>
    public void Evaluate()
    {
        long now = _clock.Now;
        if (_windows is MetricWindows own)
        {
            own.Read(_queries);
        }
        else
        {
            foreach (QueryPlan query in _queries)
                Read(query);
        }

        lock (_states)
        {
            foreach (AlertRulePlan plan in _plans)
                plan.Prepare();
        }

        foreach (AlertRulePlan plan in _plans)
            plan.Judge(_windows);
        lock (_states)
        {
            foreach (AlertRulePlan plan in _plans)
                plan.Step(now);
        }
    }

    /// <summary>What is to be told now.</summary>
    /// <param name="resendDelay">After how long an alert that fires is told again.</param>
    /// <param name="validity">How long it counts as firing without being told again.</param>
    public IReadOnlyList<AlertTelling> FindTellings(TimeSpan resendDelay, TimeSpan validity)
    {
        List<AlertTelling>? tellings = null;
        lock (_states)
        {
            long now = _clock.Now;
            foreach (AlertRulePlan plan in _plans)
            {
                foreach (AlertInstance instance in plan.State.Instances)
                {
                    bool fires = instance.State == AlertState.Firing;
                    bool isDue = instance.SentAt == 0 || now - instance.SentAt >= resendDelay.Ticks;
                    if (isDue && (fires || (instance.State == AlertState.Inactive && instance.ResolvedAt != 0)))
                        (tellings ??= []).Add(new AlertTelling(plan, instance, fires ? 0 : instance.ResolvedAt, ToAlert(plan, instance, now, validity)));
                }
            }
        }

        return tellings ?? [];
    }

    /// <summary>Says that alerts were told.</summary>
    public void Acknowledge(IReadOnlyList<AlertTelling> tellings)
    {
        lock (_states)
        {
            long now = _clock.Now;
            foreach (AlertTelling telling in tellings)
            {
                if (telling.ResolvedAt != 0)
                    telling.Plan.State.ForgetResolved(telling.Instance, telling.ResolvedAt);
                else if (telling.Instance.State == AlertState.Firing)
                    telling.Instance.SentAt = now;
            }
        }
    }

    /// <summary>What must outlive the process.</summary>
    public AlertMemory Remember()
    {
        lock (_states)
        {
            foreach (AlertRulePlan plan in _plans)
                plan.State.HasChanged = false;
            return new AlertMemory { SavedAt = _clock.WallOf(_clock.Now), Alerts = [.. _plans.SelectMany(p => p.State.Instances.Where(i => !i.IsToBeForgotten).Select(i => Remember(p, i)))] };
        }
    }

    /// <summary>Says that what was to be remembered was not saved.</summary>
    public void MarkUnsaved()
    {
        lock (_states)
        {
            foreach (AlertRulePlan plan in _plans)
                plan.State.HasChanged = true;
        }
    }

    /// <summary>Whether what must outlive the process has changed.</summary>
    public bool HasChanged
    {
        get
        {
            lock (_states)
            {
                foreach (AlertRulePlan plan in _plans)
                {
                    if (plan.State.HasChanged)
                        return true;
                }

                return false;
            }
        }
    }

    /// <summary>Whether an alert waits, so that it matters how long the process is there.</summary>
    public bool HasPending
    {
        get
        {
            lock (_states)
                return _plans.Any(p => p.State.Instances.Any(i => i.State == AlertState.Pending));
        }
    }

    /// <summary>Whether there is anything to remember.</summary>
    public bool HasAlerts
    {
        get
        {
            lock (_states)
                return _plans.Any(p => p.State.Instances.Any(i => !i.IsToBeForgotten));
        }
    }

    /// <summary>Takes over the alerts of the process before this one. A rule that is no more has none.</summary>
    /// <param name="memory">What it remembered.</param>
    /// <param name="outageTolerance">For how long a pending alert may have been without it.</param>
    /// <param name="grace">How long beyond a rule's range its alerts are not ended by windows that are new.</param>
    public void Restore(AlertMemory memory, TimeSpan outageTolerance, TimeSpan grace)
    {
        lock (_states)
        {
            long now = _clock.Now;
            long away = Math.Max(0, now - _clock.Of(memory.SavedAt));
            foreach (RememberedAlert remembered in memory.Alerts)
            {
                AlertRulePlan? plan = _plans.FirstOrDefault(p => p.Rule.Name == remembered.Rule);
                if (plan is null || (remembered.State == AlertState.Pending && away > outageTolerance.Ticks))
                    continue;

                // Nobody looked meanwhile: the time does not count as time that the condition held. A clock that was set back since must not make
                // anything begin in the future.
                long activeAt = _clock.Of(remembered.ActiveAt) + (remembered.State == AlertState.Pending ? away : 0);
                if (activeAt > now)
                    activeAt = remembered.State == AlertState.Firing ? now - plan.Rule.For.Ticks : now;
                plan.State.Adopt(new AlertInstance(remembered.Key, remembered.GroupLabels, plan.LabelsOf(remembered.GroupLabels))
                {
                    State = remembered.State,
                    ActiveAt = activeAt,
                    FiredAt = TicksOf(remembered.FiredAt),
                    KeepFiringSince = TicksOf(remembered.KeepFiringSince),
                    ResolvedAt = TicksOf(remembered.ResolvedAt),
                    Value = remembered.Value ?? double.NaN,
                    ResolvedValue = remembered.ResolvedValue ?? double.NaN,
                    History = remembered.History,
                    GraceUntil = now + plan.LongestRange.Ticks + grace.Ticks,
                });
            }
        }
    }

    public IReadOnlyList<AlertRuleStatus> GetStatus()
    {
        lock (_states)
            return [.. _plans.Select(StatusOf)];
    }

    /// <exception cref="ArgumentException">There is no such rule.</exception>
    public AlertRuleExplanation Explain(string rule)
    {
        AlertRulePlan plan = _plans.FirstOrDefault(p => p.Rule.Name == rule)
            ?? throw new ArgumentException($"There is no alert rule '{rule}'. There are: {(_plans.Length == 0 ? "none" : string.Join(", ", _plans.Select(p => $"'{p.Rule.Name}'")))}.", nameof(rule));
        AlertRuleStatus status;
        lock (_states)
            status = StatusOf(plan);
        return new AlertRuleExplanation(status, Environment, [.. plan.Rule.Terms.Select(Explain)]);
    }

    private MetricExplanation? Explain(AlertTerm term)
    {
        try
        {
            return term.Query is null ? null : _windows.Explain(term.Query);
        }
        catch (InvalidOperationException)
        {
            // The status says why the query can't be answered.
            return null;
        }
    }

    private void Read(QueryPlan query)
    {
        try
        {
            query.Read(_windows);
            query.Error = null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            query.Error = e is InvalidOperationException ? e.Message : $"The metric windows have thrown {e.GetType().FullName}.";
        }
    }

    private Alert ToAlert(AlertRulePlan plan, AlertInstance instance, long now, TimeSpan validity)
    {
        bool fires = instance.State == AlertState.Firing;
        double value = fires ? instance.Value : instance.ResolvedValue;
        return new Alert
        {
            Labels = instance.Labels,
            Annotations = plan.AnnotationsOf(instance),
            StartsAt = _clock.WallOf(instance.FiredAt),
            EndsAt = fires ? _clock.WallOf(now + validity.Ticks) : _clock.WallOf(instance.ResolvedAt),
            Value = double.IsNaN(value) ? null : value,
        };
    }

    private AlertRuleStatus StatusOf(AlertRulePlan plan) => new(
        plan.Rule,
        plan.EvaluatedAt == 0 ? AlertRuleHealth.Unknown : plan.Error is null ? AlertRuleHealth.Ok : AlertRuleHealth.Error,
        plan.Error,
        WallOf(plan.EvaluatedAt),
        [
            .. plan.State.Instances.Where(i => i.State != AlertState.Inactive).OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => new ActiveAlert(
                i.State, i.Labels, plan.AnnotationsOf(i), _clock.WallOf(i.ActiveAt), WallOf(i.FiredAt), WallOf(i.KeepFiringSince), double.IsNaN(i.Value) ? null : i.Value)),
        ]);

    private RememberedAlert Remember(AlertRulePlan plan, AlertInstance instance) => new()
    {
        Rule = plan.Rule.Name,
        Key = instance.Key,
        GroupLabels = instance.GroupLabels,
        State = instance.State,
        ActiveAt = _clock.WallOf(instance.ActiveAt),
        FiredAt = WallOf(instance.FiredAt),
        KeepFiringSince = WallOf(instance.KeepFiringSince),
        ResolvedAt = WallOf(instance.ResolvedAt),
        Value = double.IsNaN(instance.Value) ? null : instance.Value,
        ResolvedValue = double.IsNaN(instance.ResolvedValue) ? null : instance.ResolvedValue,
        History = instance.History,
    };

    private DateTimeOffset? WallOf(long ticks) => ticks == 0 ? null : _clock.WallOf(ticks);

    private long TicksOf(DateTimeOffset? wall) => wall is { } moment ? Math.Min(_clock.Of(moment), _clock.Now) : 0;
}
