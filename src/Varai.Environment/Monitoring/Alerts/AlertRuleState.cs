using System.Numerics;

namespace Varai.Monitoring.Alerts;

/// <summary>The alerts of one rule and how they go from state to state: Prometheus' alerting rules
/// (<see href="https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/"/>), and the few things of ours that are off by default.</summary>
/// <remarks>A step allocates nothing for a group whose state stays as it is. Used under one lock.</remarks>
internal sealed class AlertRuleState(AlertRule rule)
{
    private readonly Dictionary<string, AlertInstance> _byKey = new(StringComparer.Ordinal);
    private readonly ulong _mask = rule.OutOf == 64 ? ulong.MaxValue : (1UL << rule.OutOf) - 1;
    private AlertInstance?[] _byGroup = [];
    private long _evaluation;
    private long _now;
    private long _before;

    /// <summary>All that is remembered, active or not told yet.</summary>
    public IReadOnlyCollection<AlertInstance> Instances => _byKey.Values;

    /// <summary>Whether something changed that a restart must not forget, since this was set to false.</summary>
    public bool HasChanged { get; set; }

    /// <summary>Whether alerts were taken over since the groups were said.</summary>
    public bool HasAdopted { get; private set; }

    /// <summary>Whether the alert of a group fires.</summary>
    public bool IsFiring(int group) => _byGroup[group] is { State: AlertState.Firing };

    /// <summary>Says which groups there are from now on.</summary>
    public void Bind(ReadOnlySpan<string> keys)
    {
        _byGroup = new AlertInstance?[keys.Length];
        for (int i = 0; i < keys.Length; i++)
            _byGroup[i] = _byKey.GetValueOrDefault(keys[i]);
        HasAdopted = false;
    }

    /// <summary>Takes over an alert of the process before this one.</summary>
    public void Adopt(AlertInstance instance)
    {
        if (!_byKey.TryGetValue(instance.Key, out AlertInstance? live))
        {
            instance.Seen = 0;
            _byKey[instance.Key] = instance;
            HasAdopted = true;
            return;
        }

        // The rules have run meanwhile, and what they saw counts; but what fired before has not begun only now.
        if (instance.State != AlertState.Firing)
            return;
        live.ActiveAt = live.State == AlertState.Inactive ? instance.ActiveAt : Math.Min(live.ActiveAt, instance.ActiveAt);
        live.FiredAt = live.FiredAt == 0 ? instance.FiredAt : Math.Min(live.FiredAt, instance.FiredAt);
        live.Value = double.IsNaN(live.Value) ? instance.Value : live.Value;
        (live.State, live.ResolvedAt, live.SentAt, live.GraceUntil) = (AlertState.Firing, 0, 0, instance.GraceUntil);
        HasChanged = true;
    }

    public void Begin(long now)
    {
        _evaluation++;
        _before = _now == 0 ? now : _now;
        _now = now;
    }

    /// <summary>Judges a group.</summary>
    /// <param name="group">Its index.</param>
    /// <param name="outcome">What the comparisons say.</param>
    /// <param name="value">The value; not a number when it is missing.</param>
    /// <param name="create">Makes its alert.</param>
    public void Step(int group, AlertOutcome outcome, double value, Func<int, AlertInstance> create)
    {
        AlertInstance? instance = _byGroup[group];
        if (instance is null)
        {
            // Of a group that had a value, a rule may want to know when there is none any more.
            bool remembers = rule.NoData == AlertNoData.Alert;
            if (outcome == AlertOutcome.Clear ? !remembers : outcome == AlertOutcome.Missing && !remembers)
                return;
            // One of the process before this may have been taken over since the groups were said.
            AlertInstance created = create(group);
            instance = _byKey.GetValueOrDefault(created.Key) ?? created;
            _byGroup[group] = instance;
            _byKey[instance.Key] = instance;
        }

        instance.Seen = _evaluation;
        Step(instance, outcome, value);
        if (instance.IsToBeForgotten && rule.NoData != AlertNoData.Alert)
            Forget(group, instance);
    }

    /// <summary>Judges the alerts whose groups are gone.</summary>
    public void End()
    {
        List<AlertInstance>? forgotten = null;
        foreach (AlertInstance instance in _byKey.Values)
        {
            if (instance.Seen == _evaluation)
                continue;
            Step(instance, AlertOutcome.Missing, double.NaN);
            if (instance.IsToBeForgotten)
                (forgotten ??= []).Add(instance);
        }

        if (forgotten is null)
            return;
        foreach (AlertInstance instance in forgotten)
            _byKey.Remove(instance.Key);
    }

    /// <summary>Says that the end of an alert was told.</summary>
    public void ForgetResolved(AlertInstance instance, long resolvedAt)
    {
        // It may fire again by now.
        if (instance.ResolvedAt != resolvedAt || instance.State != AlertState.Inactive)
            return;
        instance.ResolvedAt = 0;
        HasChanged = true;
        if (!instance.IsToBeForgotten || rule.NoData == AlertNoData.Alert)
            return;
        _byKey.Remove(instance.Key);
        int group = Array.IndexOf(_byGroup, instance);
        if (group >= 0)
            _byGroup[group] = null;
    }

    private void Forget(int group, AlertInstance instance)
    {
        _byGroup[group] = null;
        _byKey.Remove(instance.Key);
    }

    private void Step(AlertInstance instance, AlertOutcome outcome, double value)
    {
        bool isInGrace = _now < instance.GraceUntil;
        if (outcome == AlertOutcome.Missing && (rule.NoData == AlertNoData.Keep || (isInGrace && instance.State != AlertState.Inactive)))
        {
            // Time without a value does not count as time that the condition held.
            if (instance.State == AlertState.Pending)
                instance.ActiveAt += _now - _before;
            return;
        }

        // Windows that begin with the process have seen too little to say that it is over.
        if (outcome == AlertOutcome.Clear && isInGrace && instance.State == AlertState.Firing)
            return;

        bool holds = outcome == AlertOutcome.Holds || (outcome == AlertOutcome.Missing && rule.NoData == AlertNoData.Alert);
        if (rule.OutOf > 1)
        {
            instance.History = ((instance.History << 1) | (holds ? 1UL : 0)) & _mask;
            holds = BitOperations.PopCount(instance.History) >= rule.Occurrences;
        }

        if (holds)
            Hold(instance, outcome, value);
        else
            Clear(instance, value);
    }

    private void Hold(AlertInstance instance, AlertOutcome outcome, double value)
    {
        if (outcome != AlertOutcome.Clear)
            instance.Value = value;
        if (instance.State == AlertState.Inactive)
        {
            (instance.State, instance.ActiveAt, instance.FiredAt, instance.ResolvedAt, instance.SentAt) = (AlertState.Pending, _now, 0, 0, 0);
            HasChanged = true;
        }

        if (instance.KeepFiringSince != 0)
        {
            instance.KeepFiringSince = 0;
            HasChanged = true;
        }

        bool isDue = _now - instance.ActiveAt >= rule.For.Ticks;
        if (instance.State == AlertState.Pending && isDue)
        {
            (instance.State, instance.FiredAt) = (AlertState.Firing, _now);
            HasChanged = true;
        }
        else if (instance.State == AlertState.Firing && !isDue)
        {
            // The rule was changed, and asks for a longer time now.
            (instance.State, instance.FiredAt) = (AlertState.Pending, 0);
            HasChanged = true;
        }
    }

    private void Clear(AlertInstance instance, double value)
    {
        if (instance.State == AlertState.Inactive)
            return;
        if (instance.State == AlertState.Firing && rule.KeepFiringFor > TimeSpan.Zero)
        {
            if (instance.KeepFiringSince == 0)
            {
                instance.KeepFiringSince = _now;
                HasChanged = true;
            }

            if (_now - instance.KeepFiringSince < rule.KeepFiringFor.Ticks)
                return;
        }

        // Nobody was told of what was only pending.
        if (instance.State == AlertState.Firing)
            (instance.ResolvedAt, instance.ResolvedValue, instance.SentAt) = (_now, value, 0);
        (instance.State, instance.KeepFiringSince) = (AlertState.Inactive, 0);
        HasChanged = true;
    }
}
