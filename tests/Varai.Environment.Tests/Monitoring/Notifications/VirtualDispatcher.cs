using Varai.Monitoring;
using Varai.Monitoring.Notifications;
using Varai.Monitoring.Notifications.Dispatching;
using Varai.Monitoring.Notifications.Routing;
using Varai.Monitoring.Notifications.Storage;
using Varai.State;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>The deciding part in virtual time: no store, no timer, no thread. Times are seconds from the beginning.</summary>
internal sealed class VirtualDispatcher
{
    private readonly Dictionary<string, byte[]> _documents = new(StringComparer.Ordinal);
    private readonly bool _reloads;
    private DispatchMachine _machine;
    private DateTimeOffset _now;

    /// <param name="configure">Sets options.</param>
    /// <param name="channels">The channels there are, by commas; those whose name begins with "forward" hand alerts on.</param>
    /// <param name="reloads">Whether the state is written and read again after each step, as though the process were new.</param>
    /// <param name="start">When it begins.</param>
    public VirtualDispatcher(Action<AlertNotificationOptions>? configure = null, string channels = "hook", bool reloads = false, DateTimeOffset? start = null)
    {
        Start = start ?? new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        _now = Start;
        var options = new AlertNotificationOptions();
        configure?.Invoke(options);
        Plan = Compile(options, channels);
        _reloads = reloads;
        _machine = new DispatchMachine(Plan, new DispatchState(), "production");
        _machine.Resume(At);
    }

    public DateTimeOffset Start { get; }

    public NotificationPlan Plan { get; private set; }

    /// <summary>The groups that could not be looked at, when a test is about that; otherwise there may be none.</summary>
    public List<string>? Failures { get; init; }

    public double Now => (_now - Start).TotalSeconds;

    /// <summary>How far the wall clock is ahead.</summary>
    public double WallAhead { get; set; }

    public Instant At => new(_now, _now + Span(WallAhead));

    public DispatchMachine Machine => _machine;

    public List<VirtualNotification> Sent { get; } = [];

    /// <summary>What a channel does with a notification; null while nobody knows.</summary>
    public Func<VirtualNotification, bool?> Accepts { get; set; } = static _ => true;

    public DateTimeOffset Time(double seconds) => Start + Span(seconds);

    // Rounded, so that 2.1 is the same moment whether it was added at once or in parts.
    private static TimeSpan Span(double seconds) => TimeSpan.FromTicks((long)Math.Round(seconds * 10_000) * 1_000);

    /// <summary>An alert such as <c>alertname=test,zone=aa</c>.</summary>
    public Alert Alert(string labels, double? from = null, double? to = null, string? annotation = null) => new()
    {
        Labels = Labels(labels),
        Annotations = annotation is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["ann"] = annotation },
        StartsAt = from is { } start ? Time(start) : At.Wall,
        EndsAt = to is { } end ? Time(end) : null,
    };

    public static Dictionary<string, string> Labels(string labels) =>
        labels.Split(',').Select(l => l.Split('=', 2)).ToDictionary(l => l[0], l => l[1], StringComparer.Ordinal);

    public void Post(params Alert[] alerts) => Apply(new InboxEntry { Alerts = alerts });

    public void Fire(string labels) => Post(Alert(labels, Now, Now + 1_000_000));

    public void Resolve(string labels) => Post(Alert(labels, 0, Now));

    public void Silence(string id, double from, double to, params string[] matchers) => Apply(new InboxEntry
    {
        Silence = new SilenceEntry
        {
            Id = id,
            Matchers = [.. matchers.Select(MatcherText.Parse).Select(m => new MatcherEntry(m.Label, m.Comparison, m.Value))],
            StartsAt = Time(from),
            EndsAt = Time(to),
            CreatedAt = At.Wall,
            Author = "ann",
            Reason = "why",
        },
    });

    public void Apply(InboxEntry entry)
    {
        _machine.Apply(entry, At);
        Do();
    }

    /// <summary>Lets time pass, from one thing that is due to the next.</summary>
    public void RunUntil(double until)
    {
        while (_machine.NextDueAt() is { } due && due <= Time(until))
        {
            _now = due > _now ? due : _now;
            Do();
        }

        _now = Time(until);
        Do();
    }

    /// <summary>Lets time pass until something is sent, at most for some seconds.</summary>
    public bool RunToNext(double atMost = 100)
    {
        int sent = Sent.Count;
        double end = Now + atMost;
        while (Sent.Count == sent && _machine.NextDueAt() is { } due && due <= Time(end))
        {
            _now = due > _now ? due : _now;
            Do();
        }

        return Sent.Count > sent;
    }

    public string[] SentTexts => [.. Sent.Select(s => s.ToString())];

    /// <summary>Begins anew with what was written, and other options.</summary>
    public void Redeploy(Action<AlertNotificationOptions> configure, string channels)
    {
        var options = new AlertNotificationOptions();
        configure(options);
        Plan = Compile(options, channels);
        Reload();
    }

    /// <summary>Begins anew with what was written.</summary>
    public void Reload(double downFor = 0)
    {
        Write();
        _now += Span(downFor);
        var state = new DispatchState();
        foreach ((string name, byte[] content) in _documents)
            StateDocuments.Read(state, name, new StateDocument(name, content, 1, 1, Start));
        _machine = new DispatchMachine(Plan, state, "production");
        _machine.Resume(At);
    }

    private void Do()
    {
        _machine.Advance(At);
        IReadOnlyList<(string Key, Exception Error)> failures = _machine.TakeFailures();
        if (Failures is null)
            Assert.Empty(failures);
        Failures?.AddRange(failures.Select(f => f.Key));
        foreach ((string id, PendingEntry pending) in _machine.State.Pending.ToArray())
        {
            _machine.State.Pending.Remove(id);
            _machine.State.Changed.Add((StateKind.Pending, id));
            var sent = new VirtualNotification(Now, pending.Channel, pending.Notification);
            Sent.Add(sent);
            if (Accepts(sent) is { } isAccepted)
                Confirm(sent, isAccepted);
        }

        if (_reloads)
            Reload();
    }

    public void Confirm(VirtualNotification sent, bool isAccepted) => _machine.Apply(new InboxEntry
    {
        Outcome = new OutcomeEntry(
            sent.Channel, sent.Notification.Id, isAccepted, isAccepted ? null : "refused", sent.Notification.Alerts.All(a => FailureAlerts.IsOne(a.Labels))),
    }, At);

    private static NotificationPlan Compile(AlertNotificationOptions options, string channels)
    {
        string[] names = channels.Split(',');
        NotificationPlan plan = PlanCompiler.Compile(options, names, out PlanErrors errors, [.. names.Where(n => n.StartsWith("forward", StringComparison.Ordinal))]);
        Assert.Empty(errors.Messages);
        return plan;
    }

    private void Write()
    {
        _machine.State.Meta.LastAt = At.Now;
        _machine.State.Meta.WallAhead = At.Wall - At.Now;
        _machine.State.Changed.Add((StateKind.Meta, ""));
        foreach ((StateKind kind, string key) in _machine.State.Changed)
        {
            string name = StateDocuments.NameOf(kind, key);
            if (StateDocuments.Write(_machine.State, kind, key) is { } content)
                _documents[name] = content;
            else
                _documents.Remove(name);
        }

        _machine.State.Changed.Clear();
    }
}
