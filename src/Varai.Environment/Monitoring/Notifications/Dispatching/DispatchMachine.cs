using Varai.Monitoring.Notifications.Routing;

namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>Decides what is told, when and to whom: takes what happened and the time, changes the state, and makes notifications that are
/// pending in it. It reads no clock and does nothing else, so that the same happenings at the same times give the same notifications. Used by one
/// thread at a time.</summary>
internal sealed class DispatchMachine
{
    // After that a group that comes back is a new one and waits only for the group wait.
    private static readonly TimeSpan EmptyFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(1);

    private readonly NotificationPlan _plan;
    private readonly DispatchState _state;
    private readonly FlapDamping _flaps;
    private readonly AlertIntake _intake;
    private readonly Muting _muting;
    private readonly GroupFlush _flush;
    private readonly ReceiverLimits _limits;
    private readonly NotificationMaker _maker;
    private readonly Escalations _escalations;
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private readonly List<(string Key, Exception Error)> _failures = [];
    private DateTimeOffset _sweptAt = DateTimeOffset.MinValue;

    public DispatchMachine(NotificationPlan plan, DispatchState state, string environment)
    {
        _plan = plan;
        _state = state;
        _flaps = new FlapDamping(plan.Options);
        _intake = new AlertIntake(state, _flaps, plan.Options.ResolveTimeout);
        _muting = new Muting(plan, state, _flaps);
        _limits = new ReceiverLimits(plan.Options, state);
        _maker = new NotificationMaker(plan, state, _flaps, environment);
        var log = new ToldLog(state, _flaps);
        _flush = new GroupFlush(plan, state, _flaps, _muting, _limits, _maker, log);
        _escalations = new Escalations(plan, _flaps, _muting, _maker, log);
    }

    public DispatchState State => _state;

    /// <summary>Takes the groups, and receivers with a digest, that can't be looked at and of which this was not said yet.</summary>
    public IReadOnlyList<(string Key, Exception Error)> TakeFailures()
    {
        (string Key, Exception Error)[] failures = [.. _failures];
        _failures.Clear();
        return failures;
    }

    public NotificationPlan Plan => _plan;

    public FlapDamping Flaps => _flaps;

    public Muting Muting => _muting;

    public GroupFlush Groups => _flush;

    public Alert Show(AlertEntry alert, Instant at) => _maker.Show(alert, at);

    /// <summary>Begins with a state that was kept: time during which nobody looked does not count against alerts, and groups fit the routes.</summary>
    public void Resume(Instant at)
    {
        TimeSpan away = at.Now - _state.Meta.LastAt;
        foreach (AlertEntry alert in _state.Alerts.Values.Where(a => a.IsOpen && a.EndsAt > _state.Meta.LastAt))
        {
            alert.EndsAt = Instant.Add(alert.EndsAt, away);
            _state.Touch(alert);
        }

        if (_state.Meta.Shape == _plan.Shape)
            return;
        _state.Meta.Shape = _plan.Shape;
        Regroup(at);
    }

    public void Apply(InboxEntry entry, Instant at)
    {
        foreach (Alert alert in entry.Alerts ?? [])
            Take(alert, at);
        if (entry.Silence is { } silence)
        {
            _state.Silences[silence.Id] = silence;
            _state.Touch(silence);
        }

        if (entry.Expired is { } expired && _state.Silences.TryGetValue(expired, out SilenceEntry? ended) && ended.EndsAt > at.Wall)
        {
            ended.EndsAt = at.Wall;
            _state.Touch(ended);
        }

        if (entry.Ack is { } ack)
            Acknowledge(ack, at);
        foreach (AlertEntry alert in Find(entry.Ended).Where(a => a.IsFiring(at.Now)))
        {
            _intake.EndByHand(alert, at);
            _state.Count(alert.Name, at.Wall).ResolvedByHand++;
        }

        if (entry.Outcome is { } outcome)
            Hear(outcome, at);
    }

    /// <summary>Does what is due.</summary>
    public void Advance(Instant at)
    {
        foreach (AlertEntry alert in _state.Alerts.Values.Where(a => a.IsOpen && !a.IsFiring(at.Now)).ToArray())
            _intake.Look(alert, at);
        Inhibition? inhibition = null;
        foreach (ReceiverEntry receiver in _state.Receivers.Values.Where(r => _limits.DigestDueAt(r) <= at.Now).ToArray())
            Isolate($"digest:{receiver.Receiver}:{receiver.Channel}", () => _flush.RunDigest(receiver, inhibition ??= _muting.InhibitionAt(at.Now), at));
        foreach (AlertEntry alert in _state.Alerts.Values.Where(a => a.Ack?.ExpiresAt <= at.Now).ToArray())
            EndAcknowledgement(alert, at);
        foreach (GroupEntry group in _state.Groups.Values.Where(g => DueAt(g) <= at.Now).OrderBy(g => DueAt(g)).ThenBy(g => g.Key, StringComparer.Ordinal).ToArray())
        {
            if (!Isolate(group.Key, () => Look(group, inhibition ??= _muting.InhibitionAt(at.Now), at)))
                PutOff(group, at.Now);
        }

        foreach (ReceiverEntry receiver in _state.Receivers.Values)
            _flush.EndDigest(receiver, at);
        Watch(at);
        if (at.Now >= Instant.Add(_sweptAt, SweepInterval) || at.Now < _sweptAt)
            Sweep(at);
    }

    /// <summary>When <see cref="Advance"/> next has something to do, by the clock that never jumps; null when only something new changes that.</summary>
    public DateTimeOffset? NextDueAt()
    {
        DateTimeOffset? next = null;
        foreach (GroupEntry group in _state.Groups.Values)
            next = Earlier(next, DueAt(group));
        foreach (ReceiverEntry receiver in _state.Receivers.Values)
            next = Earlier(next, _limits.DigestDueAt(receiver));
        foreach (AlertEntry alert in _state.Alerts.Values)
            next = Earlier(next, alert.Ack?.ExpiresAt);
        return Earlier(next, WatchdogDueAt());
    }

    /// <summary>Does something that must not stop anything else when it fails.</summary>
    private bool Isolate(string key, Action action)
    {
        try
        {
            action();
            _failing.Remove(key);
            return true;
        }
        catch (Exception e)
        {
            if (_failing.Add(key))
                _failures.Add((key, e));
            return false;
        }
    }

    private void PutOff(GroupEntry group, DateTimeOffset now)
    {
        DateTimeOffset later = Instant.Add(now, _plan.Routes.GetValueOrDefault(group.RouteId)?.GroupInterval ?? SweepInterval);
        if (group.NextFlushAt <= now)
            group.NextFlushAt = later;
        if (group.Escalation?.NextAt <= now)
            group.Escalation.NextAt = later;
        if (group.EmptySince <= now)
            group.EmptySince = now;
        _state.Touch(group);
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private static DateTimeOffset DueAt(GroupEntry group)
    {
        DateTimeOffset due = group.EmptySince is { } empty && Instant.Add(empty, EmptyFor) < group.NextFlushAt ? Instant.Add(empty, EmptyFor) : group.NextFlushAt;
        return group.Escalation?.NextAt is { } step && step < due ? step : due;
    }

    private IEnumerable<AlertEntry> Find(IReadOnlyList<string>? fingerprints) =>
        (fingerprints ?? []).Select(f => _state.Alerts.GetValueOrDefault(f)).OfType<AlertEntry>();

    private void Take(Alert alert, Instant at)
    {
        if (_intake.Take(alert, at) is not { } entry)
            return;
        foreach (CompiledRoute route in _plan.Root.Match(entry.Labels))
            Insert(entry, route, at);
    }

    private void Insert(AlertEntry alert, CompiledRoute route, Instant at)
    {
        SortedDictionary<string, string> labels = route.GroupLabels(alert.Labels);
        string key = route.GroupKey(labels);
        bool isKnown = _state.Groups.TryGetValue(key, out GroupEntry? group);
        if (!_flaps.CountsAsFiring(alert, at.Now))
            return;
        if (!isKnown)
        {
            group = new GroupEntry { Key = key, RouteId = route.Id, Labels = labels, NextFlushAt = Instant.Add(at.Now, route.GroupWait) };
            _state.Add(group);
        }

        if (group!.Members.Add(alert.Fingerprint) || group.EmptySince is not null)
        {
            group.EmptySince = null;
            _state.Touch(group);
        }

        if (!group.HasFlushed && Instant.Add(alert.From, route.GroupWait) < at.Now)
        {
            group.NextFlushAt = at.Now;
            _state.Touch(group);
        }
    }

    private void Look(GroupEntry group, Inhibition inhibition, Instant at)
    {
        if (!_plan.Routes.TryGetValue(group.RouteId, out CompiledRoute? route) || group.Members.Count == 0)
        {
            _state.Remove(group);
            return;
        }

        _state.Touch(group);
        if (group.NextFlushAt <= at.Now)
        {
            IReadOnlyList<AlertEntry> passing = _flush.Run(group, route, inhibition, at);
            _escalations.EndIfDone(group, _flush.MembersOf(group), at.Now);
            _escalations.Begin(group, route, passing, at.Now);
        }

        if (group.Escalation?.NextAt <= at.Now)
            _escalations.Step(group, route, [.. _flush.MembersOf(group)], inhibition, at);
    }

    private void Acknowledge(AckCommand ack, Instant at)
    {
        foreach (AlertEntry alert in Find(ack.Fingerprints).Where(a => _flaps.CountsAsFiring(a, at.Now)))
        {
            alert.Ack = new AckEntry(ack.Author, ack.Reason, at.Now, ack.Duration is { } duration ? Instant.Add(at.Now, duration) : null);
            _state.Touch(alert);
            _state.Count(alert.Name, at.Wall).Acknowledged++;
        }
    }

    private void EndAcknowledgement(AlertEntry alert, Instant at)
    {
        alert.Ack = null;
        _state.Touch(alert);
        foreach (GroupEntry group in _state.Groups.Values.Where(g => g.Members.Contains(alert.Fingerprint)))
        {
            // Whoever took care does so no more: the policy begins at its first step, also where it had ended.
            group.Escalation = group.Escalation?.Ended is null ? group.Escalation : null;
            if (_plan.Routes.TryGetValue(group.RouteId, out CompiledRoute? route))
                _escalations.Begin(group, route, [alert], at.Now);
            _state.Touch(group);
        }
    }

    private void Hear(OutcomeEntry outcome, Instant at)
    {
        foreach (GroupEntry group in _state.Groups.Values)
        {
            if (!group.Log.TryGetValue(outcome.Channel, out LogEntry? told) || told.Id != outcome.Id || told.IsConfirmed)
                continue;
            told.IsConfirmed = true;
            _state.Touch(group);
            if (!outcome.IsSent)
                Forget(group, outcome.Channel, told);
            else if (_plan.Routes.TryGetValue(group.RouteId, out CompiledRoute? route))
                Find([.. told.Resolved]).ToList().ForEach(a => _flush.RemoveIfTold(group, route.Receiver, a, at.Now));
        }

        if (!outcome.IsSent && !outcome.IsAboutFailures)
            Take(FailureAlerts.Create(outcome.Channel, outcome.Error, at.Wall), at);
        if (!outcome.IsSent)
            return;
        foreach (AlertEntry alert in _state.Alerts.Values.Where(a => FailureAlerts.IsAbout(a, outcome.Channel) && a.IsFiring(at.Now)).ToArray())
        {
            alert.EndsAt = at.Now;
            _intake.Look(alert, at);
        }
    }

    /// <summary>The channel knows what it knew before; the next look at the group tells it again.</summary>
    private static void Forget(GroupEntry group, string channel, LogEntry told)
    {
        if (told.Before is null)
        {
            group.Log.Remove(channel);
            return;
        }

        told.Firing = told.Before;
        told.Resolved = [];
        told.At = DateTimeOffset.MinValue;
    }

    private DateTimeOffset? WatchdogDueAt() => _plan.Options.Watchdog.Receiver is null
        ? null
        : _state.Meta.WatchdogAt is { } last ? Instant.Add(last, _plan.Options.Watchdog.Interval) : DateTimeOffset.MinValue;

    private void Watch(Instant at)
    {
        if (WatchdogDueAt() > at.Now || _plan.Options.Watchdog.Receiver is not { } receiver)
            return;
        _maker.MakeWatchdog(receiver, at);
        _state.Meta.WatchdogAt = at.Now;
        _state.Changed.Add((StateKind.Meta, ""));
    }

    private void Regroup(Instant at)
    {
        AlertEntry[] alerts = [.. _state.Groups.Values.SelectMany(g => g.Members).Distinct(StringComparer.Ordinal)
            .Select(f => _state.Alerts.GetValueOrDefault(f)).OfType<AlertEntry>()];
        var members = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (AlertEntry alert in alerts)
        {
            foreach (CompiledRoute route in _plan.Root.Match(alert.Labels))
            {
                Insert(alert, route, at);
                string key = route.GroupKey(route.GroupLabels(alert.Labels));
                (members.TryGetValue(key, out HashSet<string>? known) ? known : members[key] = []).Add(alert.Fingerprint);
            }
        }

        foreach (GroupEntry group in _state.Groups.Values.ToArray())
        {
            if (!members.TryGetValue(group.Key, out HashSet<string>? kept))
                _state.Remove(group);
            else
                group.Members.IntersectWith(kept);
        }
    }

    /// <summary>Forgets what nobody will ask for.</summary>
    private void Sweep(Instant at)
    {
        _sweptAt = at.Now;
        HashSet<string> members = [.. _state.Groups.Values.SelectMany(g => g.Members)];
        TimeSpan memory = _plan.Options.FlapWindow > _plan.Options.ResolveTimeout ? _plan.Options.FlapWindow : _plan.Options.ResolveTimeout;
        foreach (AlertEntry alert in _state.Alerts.Values.Where(a => !a.IsOpen && !members.Contains(a.Fingerprint) && Instant.Add(a.UpdatedAt, memory) < at.Now).ToArray())
            _state.Remove(alert);
        DateTimeOffset oldest = Instant.Add(at.Wall, -_plan.Options.HistoryRetention);
        foreach (SilenceEntry silence in _state.Silences.Values.Where(s => s.EndsAt < oldest).ToArray())
        {
            _state.Silences.Remove(silence.Id);
            _state.Touch(silence);
        }

        string oldestDay = DispatchState.DayOf(oldest);
        foreach (string day in _state.Days.Keys.Where(d => string.CompareOrdinal(d, oldestDay) < 0).ToArray())
        {
            _state.Days.Remove(day);
            _state.Changed.Add((StateKind.Day, day));
        }
    }
}
