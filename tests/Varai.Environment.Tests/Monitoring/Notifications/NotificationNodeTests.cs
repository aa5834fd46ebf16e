using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Notifications;
using Varai.Monitoring.Notifications.Dispatching;
using Varai.State;
using Varai.Tests.Hosting;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>One and two nodes on a store: what is kept, who sends, and what people can ask and do.</summary>
public sealed class NotificationNodeTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = NotificationNode.Clock();
    private readonly RecordingOutbox _outbox = new("hook");
    private readonly InMemoryStateStore _kept;
    private readonly CrashingStateStore _store;
    private readonly NotificationNode _node;

    public NotificationNodeTests()
    {
        _kept = NotificationNode.Memory(_clock);
        _store = new CrashingStateStore(_kept);
        _node = new NotificationNode(_store, _outbox, _clock);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Post_AThousandAlertsAtOnce_AreOneCommitAndOneMessage()
    {
        Alert[] alerts = [.. Enumerable.Range(0, 1000).Select(i => NotificationNode.Alert($"alertname=Down,node=n{i}", _clock.GetUtcNow()))];
        await _node.Dispatcher.PostAsync(alerts, Token);
        Assert.Equal(1, _store.Commits);

        DispatchSession session = await _node.LeadAsync(Token);
        await session.TurnAsync(Token);
        Assert.Equal(2, _store.Commits);
        _clock.Advance(TimeSpan.FromSeconds(10));
        await session.TurnAsync(Token);

        Assert.Equal(4, _store.Commits);
        AlertNotification notification = Assert.Single(_outbox.Taken).Notification;
        Assert.Equal((100, 900), (notification.Alerts.Count, notification.TruncatedAlerts));
    }

    [Fact]
    public async Task Post_AThousandCallersWhileACommitIsUnderWay_ShareTheNext()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Gate = gate.Task;
        Task[] posts = [.. Enumerable.Range(0, 1000).Select(i => _node.Dispatcher.PostAsync([NotificationNode.Alert($"alertname=Down,node=n{i}", _clock.GetUtcNow())], Token))];
        Assert.All(posts, p => Assert.False(p.IsCompleted));
        gate.SetResult();
        await Task.WhenAll(posts);

        Assert.InRange(_store.Commits, 1, 2);
        DispatchSession session = await _node.LeadAsync(Token);
        _clock.Advance(TimeSpan.FromSeconds(11));
        await session.TurnAsync(Token);
        AlertNotification notification = Assert.Single(_outbox.Taken).Notification;
        Assert.Equal(1000, notification.Alerts.Count + notification.TruncatedAlerts);
    }

    [Fact]
    public async Task Post_TheStoreFails_SaysSoToEveryCallerAndLaterOnesAreKept()
    {
        _store.DiesAt = 1;
        await Assert.ThrowsAsync<StateException>(() => _node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=A", _clock.GetUtcNow())], Token));
        _store.Revive();
        await _node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=B", _clock.GetUtcNow())], Token);

        Assert.Equal("B", Assert.Single((await _node.Store.LoadAsync(Token)).Inbox[0].Entry!.Alerts!).Name);
    }

    [Fact]
    public async Task Post_ABadAlert_IsRefusedAndTheOthersOfTheCallAreKept()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        var none = new Alert { Labels = new Dictionary<string, string> { ["a"] = "" }, StartsAt = now };
        Alert huge = NotificationNode.Alert("alertname=A", now) with { Annotations = new Dictionary<string, string> { ["text"] = new('x', 40_000) } };
        foreach (Alert bad in (Alert[])[none, huge, NotificationNode.Alert("alertname=A", now, now.AddSeconds(-1))])
            await Assert.ThrowsAsync<ArgumentException>(() => _node.Dispatcher.PostAsync([bad, bad], Token));
        Assert.Equal(0, _store.Commits);

        Alert ended = NotificationNode.Alert("alertname=Ended", now, now.AddSeconds(-1));
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(
            () => _node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=A", now), ended, NotificationNode.Alert("alertname=B", now)], Token));

        Assert.StartsWith("1 of 3 alerts can't be taken, the others are: The alert ", error.Message, StringComparison.Ordinal);
        Assert.Contains("Ended", error.Message, StringComparison.Ordinal);
        Assert.Equal(["A", "B"], (await _node.Store.LoadAsync(Token)).Inbox[0].Entry!.Alerts!.Select(a => a.Name));
    }

    [Fact]
    public async Task Post_TheStoreHangsAndCallersGiveUp_AreNotKeptInMemory()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Gate = gate.Task;
        _store.OnCommit = entered.SetResult;
        Task first = _node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=First", _clock.GetUtcNow())], Token);
        await entered.Task.WaitAsync(Token);
        _store.OnCommit = static () => { };
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task[] posts = [.. Enumerable.Range(0, 100).Select(i => _node.Dispatcher.PostAsync([NotificationNode.Alert($"alertname=A{i}", _clock.GetUtcNow())], giveUp.Token))];
        Task last = _node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=Last", _clock.GetUtcNow())], Token);
        Assert.Equal(101, _node.Inbox.WaitingCount);
        await giveUp.CancelAsync();
        foreach (Task post in posts)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => post);

        Assert.Equal(1, _node.Inbox.WaitingCount);
        gate.SetResult();
        await Task.WhenAll(first, last);
        Assert.Equal(["First", "Last"], (await _node.Store.LoadAsync(Token)).Inbox.SelectMany(d => d.Entry!.Alerts!).Select(a => a.Name));
    }

    [Fact]
    public async Task Restart_DuringTheGroupWait_TellsOnceAndInTime()
    {
        await _node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=A", _clock.GetUtcNow())], Token);
        await (await _node.LeadAsync(Token)).TurnAsync(Token);
        _clock.Advance(TimeSpan.FromSeconds(5));

        await using var second = new NotificationNode(_kept, _outbox, _clock);
        DispatchSession session = await second.LeadAsync(Token);
        await session.TurnAsync(Token);
        Assert.Empty(_outbox.Taken);
        Assert.Equal(TimeSpan.FromSeconds(5), session.DueIn);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await session.TurnAsync(Token);

        Assert.Equal(["hook: +A"], _outbox.Texts);
    }

    [Fact]
    public async Task Turn_TheLeaseWasLost_WritesAndSendsNothing()
    {
        await _node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=A", _clock.GetUtcNow().AddMinutes(-1))], Token);
        DispatchSession late = await _node.LeadAsync(Token);
        DispatchSession session = await _node.LeadAsync(Token);

        await Assert.ThrowsAsync<LeaseLostException>(() => late.TurnAsync(Token));
        Assert.Empty(_outbox.Taken);
        await session.TurnAsync(Token);
        Assert.Equal(["hook: +A"], _outbox.Texts);
    }

    [Fact]
    public async Task Turn_NothingHappened_WritesNothing()
    {
        DispatchSession session = await _node.LeadAsync(Token);
        await session.TurnAsync(Token);
        int commits = _store.Commits;
        await session.TurnAsync(Token);
        _clock.Advance(TimeSpan.FromDays(1));
        await session.TurnAsync(Token);

        Assert.Equal(commits, _store.Commits);
        Assert.Null(session.DueIn);
    }

    [Fact]
    public async Task Turn_SomethingUnreadableInTheInbox_IsDroppedAndHoldsNothingUp()
    {
        await _kept.CommitAsync(new StateTransaction().Put("alerts/production/dispatch/inbox/0", "{"u8.ToArray()), Token);
        await _node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=A", _clock.GetUtcNow().AddMinutes(-1))], Token);
        await (await _node.LeadAsync(Token)).TurnAsync(Token);

        Assert.Equal(["hook: +A"], _outbox.Texts);
        Assert.Empty((await _node.Store.LoadAsync(Token)).Inbox);
    }

    [Fact]
    public async Task People_AskAndAct_BeforeAndAfterTheNodeThatSendsHasTakenItIn()
    {
        DateTimeOffset now = _clock.GetUtcNow();
        Alert alert = NotificationNode.Alert("alertname=A,severity=critical", now);
        await _node.Dispatcher.PostAsync([alert], Token);

        AlertGroup group = Assert.Single(await _node.Notifications.ListGroupsAsync(Token));
        Assert.Equal(("{}:{}", "default", now.AddSeconds(10), null), (group.Key, group.Receiver, group.NextFlushAt, group.NotifiedAt));
        AlertSilence silence = await _node.Silences.AddAsync([new LabelMatcher("alertname", LabelComparison.Equal, "A")], now.AddHours(1), "ann", "known", cancellationToken: Token);
        AlertExplanation explanation = await _node.Notifications.ExplainAsync(alert, Token);
        Assert.Equal($"it is silenced by {silence.Id}", Assert.Single(Assert.Single(explanation.Routes).Channels).Reason);
        DispatchSession session = await _node.LeadAsync(Token);
        await session.TurnAsync(Token);
        await _node.Silences.ExpireAsync(silence.Id, "bob", "mistake", Token);
        Assert.Equal(now, Assert.Single(await _node.Silences.ListAsync(Token)).EndsAt);
        explanation = await _node.Notifications.ExplainAsync(alert, Token);
        Assert.Equal(new AlertChannelExplanation("hook", true, "the group was not told yet"), Assert.Single(explanation.Routes[0].Channels));
        Assert.Contains("route {} to default, group {}:{}", explanation.ToString(), StringComparison.Ordinal);

        Assert.Equal(1, await _node.Notifications.AcknowledgeAsync(alert.Fingerprint, "ann", "on it", TimeSpan.FromHours(1), Token));
        AlertGroupMember member = Assert.Single((await _node.Notifications.ListGroupsAsync(Token))[0].Alerts);
        Assert.Equal(new AlertAcknowledgement("ann", "on it", now, now.AddHours(1)), member.Acknowledgement);
        Assert.Equal(1, await _node.Notifications.ResolveAsync(group.Key, "bob", "repaired", Token));
        await session.TurnAsync(Token);
        await Assert.ThrowsAsync<VaraiException>(() => _node.Notifications.ResolveAsync(group.Key, "bob", "again", Token));
        await Assert.ThrowsAsync<VaraiException>(() => _node.Notifications.AcknowledgeAsync("nothing", "bob", "again", cancellationToken: Token));
        await Assert.ThrowsAsync<VaraiException>(() => _node.Silences.ExpireAsync("nothing", "bob", "again", Token));

        List<AlertAuditEntry> audit = [];
        await foreach (AlertAuditEntry entry in _node.Notifications.ReadAuditAsync(Token))
            audit.Add(entry);
        Assert.Equal(
            [(AlertAuditAction.Resolve, "bob"), (AlertAuditAction.Acknowledge, "ann"), (AlertAuditAction.ExpireSilence, "bob"), (AlertAuditAction.Silence, "ann")],
            audit.Select(a => (a.Action, a.Author)));
        AlertFatigueRule rule = Assert.Single((await _node.Notifications.GetFatigueReportAsync(DateOnly.FromDateTime(now.Date), DateOnly.FromDateTime(now.Date), Token)).Rules);
        Assert.Equal(new AlertFatigueRule("A", 1, 0, 0, 1, 1, 0), rule);
    }

    [Fact]
    public async Task Explain_AnAlertThatIsNotThere_SaysWhatWouldBe()
    {
        AlertExplanation explanation = await _node.Notifications.ExplainAsync(NotificationNode.Alert("alertname=Some", _clock.GetUtcNow()), Token);

        Assert.False(explanation.IsKnown);
        Assert.Equal(("{}:{}", null), (explanation.Routes[0].GroupKey, explanation.Routes[0].NextFlushAt));
        Assert.Empty(await _node.Notifications.ListGroupsAsync(Token));
    }

    [Theory]
    [InlineData("matcher")]
    [InlineData("end")]
    [InlineData("author")]
    public async Task Silence_ThatMeansNothing_IsRefused(string what)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        LabelMatcher[] matchers = [new LabelMatcher("a", what == "matcher" ? LabelComparison.Matches : LabelComparison.Equal, what == "matcher" ? ".*" : "b")];
        await Assert.ThrowsAsync<ArgumentException>(() => _node.Silences.AddAsync(
            matchers, what == "end" ? now : now.AddHours(1), what == "author" ? " " : "ann", "why", cancellationToken: Token));
        Assert.Equal(0, _store.Commits);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public async Task WallClock_SetForwardOrBack_NeitherLosesNorStorms(int seconds)
    {
        var jumping = new JumpingTimeProvider(_clock);
        await using var node = new NotificationNode(_kept, _outbox, jumping);
        DateTimeOffset start = jumping.GetUtcNow();
        await node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=A", start, start.AddMinutes(4))], Token);
        DispatchSession session = await node.LeadAsync(Token);
        await session.TurnAsync(Token);
        jumping.Ahead = TimeSpan.FromSeconds(seconds);
        await session.TurnAsync(Token);
        Assert.Equal(TimeSpan.FromSeconds(10), session.DueIn);
        _clock.Advance(TimeSpan.FromSeconds(10));
        await session.TurnAsync(Token);
        Assert.Equal(["hook: +A"], _outbox.Texts);

        // Its sender goes by the new time; it fires on, and ends by it.
        for (int i = 0; i < 10; i++)
        {
            await node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=A", Earlier(start, jumping.GetUtcNow()), jumping.GetUtcNow().AddMinutes(4))], Token);
            _clock.Advance(TimeSpan.FromMinutes(1));
            await session.TurnAsync(Token);
            if (i == 5)
                session = await node.LeadAsync(Token); // a new process begins by the wall clock, or where the last one was
        }

        Assert.Equal(["hook: +A"], _outbox.Texts);
        await node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=A", Earlier(start, jumping.GetUtcNow()), jumping.GetUtcNow())], Token);
        await session.TurnAsync(Token);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await session.TurnAsync(Token);
        Assert.Equal(["hook: +A", "hook: -A"], _outbox.Texts);
    }

    [Fact]
    public async Task TwoNodes_OneStore_OneSendsWhatTheOtherTellsAndTheOtherTakesOver()
    {
        await using var first = new NotificationNode(_kept, _outbox, _clock, static o => o.LeaseDuration = TimeSpan.FromHours(1));
        await using var second = new NotificationNode(_kept, _outbox, _clock, static o => o.LeaseDuration = TimeSpan.FromHours(1));
        await first.Runner.StartAsync(Token);
        await UntilAsync(() => _outbox.Runs == 1);
        await second.Runner.StartAsync(Token);
        await second.Dispatcher.PostAsync([NotificationNode.Alert("alertname=A", _clock.GetUtcNow().AddMinutes(-1))], Token);
        await UntilAsync(() => _outbox.Taken.Count == 1);
        Assert.Equal(1, _outbox.Runs);

        await first.Runner.StopAsync(Token);
        Assert.Equal(0, _outbox.Runs);
        await UntilAsync(() => _outbox.Runs == 1);
        await first.Dispatcher.PostAsync([NotificationNode.Alert("alertname=B", _clock.GetUtcNow())], Token);
        await UntilAsync(() => _outbox.Taken.Count == 2);
        await second.Runner.StopAsync(Token);

        Assert.Equal(["hook: +A", "hook: +A +B"], _outbox.Texts);
        Assert.Null(await _kept.Leases.GetAsync("alerts/production/dispatch", Token));
    }

    [Fact]
    public async Task Node_ANodeThatDied_IsFollowedWhenItsLeaseEnds()
    {
        await _kept.Leases.TryAcquireAsync("alerts/production/dispatch", "dead", TimeSpan.FromSeconds(30), Token);
        await _node.Runner.StartAsync(Token);
        DateTimeOffset start = _clock.GetUtcNow();
        await UntilAsync(() => _outbox.Runs == 1);

        Assert.InRange(_clock.GetUtcNow() - start, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(300));
        await _node.Runner.StopAsync(Token);
    }

    [Fact]
    public async Task Node_TheStoreFailsForAWhile_GoesOnAfterwardsAndTellsOnce()
    {
        await _node.Runner.StartAsync(Token);
        await UntilAsync(() => _outbox.Runs == 1);
        await _kept.CommitAsync(new StateTransaction(), Token);
        await _node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=A", _clock.GetUtcNow())], Token);
        _store.DiesAt = _store.Commits + 1;
        await UntilAsync(() => _store.IsDead);
        _store.Revive();
        await UntilAsync(() => _outbox.Taken.Count == 1);

        Assert.Equal(["hook: +A"], _outbox.Texts);
        await _node.Runner.StopAsync(Token);
    }

    [Fact]
    public async Task Start_AReceiverNamesAChannelThatIsNotThere_IsRefused()
    {
        await using var node = new NotificationNode(_kept, _outbox, _clock, static o =>
            o.Receivers["default"] = new AlertReceiverSettings { Channels = { new AlertReceiverChannelSettings { Channel = "slak" } } });

        OptionsValidationException error = await Assert.ThrowsAsync<OptionsValidationException>(() => node.Runner.StartAsync(Token));
        Assert.Equal("Varai:AlertNotifications:Receivers:default:Channels:0:Channel is 'slak', but must be the name of a channel; there are: hook.", error.Message);
    }

    [Fact]
    public async Task AddAlertNotifications_Twice_IsOnceAndTheSectionIsBound()
    {
        await using VaraiHost host = new VaraiHost().Set(
            ("Varai:AlertNotifications:Route:GroupBy:0", "alertname"),
            ("Varai:AlertNotifications:Route:Escalation", "oncall"),
            ("Varai:AlertNotifications:Route:Routes:0:Matchers:0", "severity=\"critical\""),
            ("Varai:AlertNotifications:Route:Routes:0:Receiver", "oncall"),
            ("Varai:AlertNotifications:Route:Routes:0:Routes:0:GroupWait", "00:00:05"),
            ("Varai:AlertNotifications:Route:Routes:0:MuteTimeIntervals:0", "weekend"),
            ("Varai:AlertNotifications:Receivers:oncall:Channels:0:Channel", "hook"),
            ("Varai:AlertNotifications:Receivers:oncall:Channels:0:SendResolved", "false"),
            ("Varai:AlertNotifications:InhibitRules:0:SourceMatchers:0", "severity=critical"),
            ("Varai:AlertNotifications:InhibitRules:0:TargetMatchers:0", "severity=warning"),
            ("Varai:AlertNotifications:InhibitRules:0:Equal:0", "alertname"),
            ("Varai:AlertNotifications:TimeIntervals:weekend:Periods:0:Weekdays:0", "saturday"),
            ("Varai:AlertNotifications:EscalationPolicies:oncall:Steps:0:Receivers:0", "oncall"),
            ("Varai:AlertNotifications:EscalationPolicies:oncall:Repeat", "2"),
            ("Varai:AlertNotifications:Watchdog:Receiver", "oncall"));
        host.Builder.Services.AddSingleton<INotificationOutbox>(_outbox);
        host.Builder.AddVarai().AddAlertNotifications().AddAlertNotifications(o => o.FlapLimit = 7);
        await host.App.StartAsync(Token);

        var plan = host.App.Services.GetRequiredService<NotificationPlanSource>().Plan;
        Assert.Single(host.App.Services.GetServices<IHostedService>().OfType<NotificationRunner>());
        Assert.Equal(7, plan.Options.FlapLimit);
        Assert.Equal("oncall", plan.Root.Escalation!.Name);
        Assert.Equal(2, plan.Root.Escalation.Repeat);
        Assert.Equal(TimeSpan.FromSeconds(5), plan.Root.Routes[0].Routes[0].GroupWait);
        Assert.Equal("weekend", Assert.Single(plan.Root.Routes[0].Mute).Name);
        Assert.False(Assert.Single(plan.Receivers["oncall"]).SendResolved);
        Assert.Equal("alertname", Assert.Single(Assert.Single(plan.InhibitRules).Equal));
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task AddVarai_Alone_HasNoDispatcher()
    {
        await using var host = new VaraiHost();
        host.Builder.AddVarai();

        Assert.Null(host.App.Services.GetService<IAlertDispatcher>());
        Assert.Null(host.App.Services.GetService<NotificationRunner>());
    }

    [Fact]
    public async Task Start_AMistakeInTheSection_IsRefused()
    {
        await using VaraiHost host = new VaraiHost().Set(("Varai:AlertNotifications:Route:GroupWaits", "00:00:05"));
        host.Builder.Services.AddSingleton<INotificationOutbox>(_outbox);
        host.Builder.AddVarai().AddAlertNotifications();

        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => host.App.StartAsync(Token));
        Assert.Contains("GroupWaits", error.Message, StringComparison.Ordinal);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>Lets time pass, a second at a time, until something is so: nothing depends on when the work in the background comes to it.</summary>
    private async Task UntilAsync(Func<bool> condition)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await pause.WaitForNextTickAsync(Token);
        }
    }

    private sealed class JumpingTimeProvider(FakeTimeProvider time) : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Ahead;

        public override long GetTimestamp() => time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            time.CreateTimer(callback, state, dueTime, period);
    }
}
