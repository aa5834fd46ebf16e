using Varai.Monitoring;
using Varai.Monitoring.Notifications;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>What Alertmanager's acceptance tests of sending, inhibiting and silencing show (prometheus/alertmanager, test/with_api_v2/acceptance,
/// Apache-2.0), as facts: what comes in when, and what goes out when. Each is run in one go, and with the state written and read after each step.</summary>
public sealed class AcceptanceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Merge_SeveralSendersOfOneAlert_AreOneOccurrence(bool reloads)
    {
        VirtualDispatcher run = Create(1, 1, 0.001, reloads, groupBy: "alertname");
        At(run, 1, () => run.Post(run.Alert("alertname=test", from: 1.1)));
        At(run, 1.2, () => run.Post(run.Alert("alertname=test", from: 1)));
        At(run, 2.1, () => run.Post(run.Alert("alertname=test", from: 2, annotation: "v1")));
        At(run, 3.6, () => run.Post(run.Alert("alertname=test", from: 1.5, annotation: "v2")));
        At(run, 4.6, () => run.Post(run.Alert("alertname=test", from: 3, to: 4.5, annotation: "v2")));
        At(run, 4.8, () => run.Post(run.Alert("alertname=test", from: 2.9, to: 4.8, annotation: "v3")));
        At(run, 4.8, () => run.Post(run.Alert("alertname=test", from: 2.9, to: 4.1, annotation: "v3")));
        At(run, 5.3, () => run.Post(run.Alert("alertname=test", from: 5.3)));
        run.RunUntil(6.5);

        Assert.Equal(["2 hook: +test", "3 hook: +test", "4 hook: +test", "5 hook: -test", "6 hook: +test"], run.SentTexts);
        Assert.Equal([1, 1, 1, 1, 5.3], run.Sent.Select(s => Seconds(run, s.Notification.Alerts[0].StartsAt)));
        Assert.Equal([null, "v1", "v2", "v3", null], run.Sent.Select(s => s.Notification.Alerts[0].Annotations.GetValueOrDefault("ann")));
        Assert.Equal(4.8, Seconds(run, run.Sent[3].Notification.Alerts[0].EndsAt!.Value));
        Assert.All(run.Sent.Where(s => s.Notification.Status == AlertStatus.Firing), s => Assert.Null(s.Notification.Alerts[0].EndsAt));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Repeat_AfterTheInterval_IsToldAtTheNextLookThenTheEnd(bool reloads)
    {
        VirtualDispatcher run = Create(1, 1, 0.001, reloads, groupBy: "alertname");
        At(run, 1, () => run.Post(run.Alert("alertname=test", from: 1)));
        At(run, 3.5, () => run.Post(run.Alert("alertname=test", from: 1, to: 3)));
        run.RunUntil(10);

        Assert.Equal(["2 hook: +test", "3 hook: +test", "4 hook: -test"], run.SentTexts);
        Assert.Equal(3, Seconds(run, run.Sent[2].Notification.Alerts[0].EndsAt!.Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Retry_OneChannelFails_TheOtherIsToldOnceAndThatOneUntilItTakesIt(bool reloads)
    {
        VirtualDispatcher run = Create(1, 1, 3, reloads, groupBy: "alertname", channels: "hook,failing");
        run.Accepts = sent => sent.Channel == "hook" || sent.At >= 4.5;
        At(run, 1, () => run.Post(run.Alert("alertname=test1")));
        run.RunUntil(5.2);

        Assert.Equal(["2 hook: +test1"], run.SentTexts.Where(t => t.Contains("hook: +test1", StringComparison.Ordinal)));
        Assert.Equal(
            ["2 failing: +test1", "3 failing: +test1", "4 failing: +test1", "5 failing: +test1"],
            run.SentTexts.Where(t => t.Contains("failing: +test1", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Batching_AlertsOfOneGroup_AreToldTogetherAndRepeatedTogether(bool reloads)
    {
        VirtualDispatcher run = Create(1, 1, 4.9, reloads);
        At(run, 1.1, () => run.Post(run.Alert("alertname=test1", from: 1)));
        At(run, 1.7, () => run.Post(run.Alert("alertname=test5", from: 1)));
        At(run, 3.3, () => run.Post(run.Alert("alertname=test2", from: 1.5), run.Alert("alertname=test3", from: 1.5), run.Alert("alertname=test4", from: 1.6)));
        run.RunUntil(9.5);

        Assert.Equal(["2.1 hook: +test1 +test5", "4.1 hook: +test1 +test2 +test3 +test4 +test5", "9.1 hook: +test1 +test2 +test3 +test4 +test5"], run.SentTexts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Resolved_NotToldAgain_EndsAfterTheResolveTimeout(bool reloads)
    {
        VirtualDispatcher run = Create(1, 5, 4 * 3600, reloads, groupBy: "alertname", resolveTimeout: 10);
        At(run, 1, () => run.Post([.. new[] { "v1", "v2", "v3" }.Select(v => run.Alert($"alertname=test,lbl={v}"))]));
        run.RunUntil(13);

        Assert.Equal(["2 hook: +test/v1 +test/v2 +test/v3", "12 hook: -test/v1 -test/v2 -test/v3"], run.SentTexts);
        Assert.All(run.Sent[1].Notification.Alerts, a => Assert.Equal(11, Seconds(run, a.EndsAt!.Value)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ResolvedFilter_AChannelThatIsNotToldOfEnds_KnowsOfThemAllTheSame(bool reloads)
    {
        VirtualDispatcher run = Create(1, 5, 4 * 3600, reloads, groupBy: "alertname", resolveTimeout: 10, channels: "hook,quiet", configure: o =>
        {
            o.Receivers["default"] = new AlertReceiverSettings
            {
                Channels = { new AlertReceiverChannelSettings { Channel = "hook" }, new AlertReceiverChannelSettings { Channel = "quiet", SendResolved = false } },
            };
        });
        At(run, 1, () => run.Post(run.Alert("alertname=test,lbl=v1"), run.Alert("alertname=test,lbl=v2")));
        At(run, 3, () => run.Post(run.Alert("alertname=test,lbl=v1", from: 1, to: 4), run.Alert("alertname=test,lbl=v3")));
        At(run, 8, () => run.Post(run.Alert("alertname=test,lbl=v3", from: 3)));
        run.RunUntil(12.5);

        Assert.Equal(
            ["2 hook: +test/v1 +test/v2", "7 hook: +test/v2 +test/v3 -test/v1", "12 hook: +test/v3 -test/v2"],
            run.SentTexts.Where(t => t.Contains("hook", StringComparison.Ordinal)));
        Assert.Equal(["2 quiet: +test/v1 +test/v2", "7 quiet: +test/v2 +test/v3"], run.SentTexts.Where(t => t.Contains("quiet", StringComparison.Ordinal)));
    }

    [Fact]
    public void Restart_AfterANotification_DoesNotTellItAgain()
    {
        VirtualDispatcher run = Create(1, 6, 600, reloads: false);
        At(run, 1, () => run.Post(run.Alert("alertname=test1")));
        At(run, 3, () => run.Reload());
        At(run, 4, () => run.Post(run.Alert("alertname=test2")));
        run.RunUntil(9.5);

        // Unlike Alertmanager's, our timers go on where they were: 2 + 6 s, not 3 + 6 s.
        Assert.Equal(["2 hook: +test1", "8 hook: +test1 +test2"], run.SentTexts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Inhibiting_WhileTheSourceFires_KeepsTheTargetBackAndLetsItGoAfterwards(bool reloads)
    {
        VirtualDispatcher run = CreateInhibiting(reloads);
        At(run, 1, () => run.Post(
            run.Alert("alertname=test1,job=testjob,zone=aa"), run.Alert("alertname=InstanceDown,job=testjob,zone=aa"), run.Alert("alertname=InstanceDown,job=testjob,zone=ab")));
        At(run, 2.2, () => run.Post(run.Alert("alertname=JobDown,job=testjob,zone=aa")));
        At(run, 3.6, () => run.Post(run.Alert("alertname=JobDown,job=testjob,zone=aa", from: 2.2, to: 3.6)));
        run.RunUntil(4.5);

        Assert.Equal(
            [
                "2 hook: +InstanceDown/aa +InstanceDown/ab +test1/aa",
                "3 hook: +InstanceDown/ab +JobDown/aa +test1/aa",
                "4 hook: +InstanceDown/aa +InstanceDown/ab +test1/aa -JobDown/aa",
            ],
            run.SentTexts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Inhibiting_SourceAndTargetEndTogether_BothEndsAreTold(bool reloads)
    {
        VirtualDispatcher run = CreateInhibiting(reloads);
        At(run, 1, () => run.Post(run.Alert("alertname=InstanceDown,job=testjob,zone=aa"), run.Alert("alertname=JobDown,job=testjob,zone=aa")));
        At(run, 2.6, () => run.Post(
            run.Alert("alertname=JobDown,job=testjob,zone=aa", from: 1, to: 2.6), run.Alert("alertname=InstanceDown,job=testjob,zone=aa", from: 1, to: 2.6)));
        run.RunUntil(3.5);

        Assert.Equal(["2 hook: +JobDown/aa", "3 hook: -InstanceDown/aa -JobDown/aa"], run.SentTexts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Inhibiting_BeforeTheFirstNotification_TheTargetIsNeverTold(bool reloads)
    {
        VirtualDispatcher run = CreateInhibiting(reloads);
        At(run, 1, () => run.Post(run.Alert("alertname=InstanceDown,job=a,zone=aa"), run.Alert("alertname=JobDown,job=b,zone=aa")));
        At(run, 1.5, () => run.Post(run.Alert("alertname=JobDown,job=a,zone=aa")));
        run.RunUntil(3.5);

        Assert.Equal(["2 hook: +JobDown/aa +JobDown/aa"], run.SentTexts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Silencing_ForATime_KeepsItsAlertBackAndNoOther(bool reloads)
    {
        VirtualDispatcher run = Create(1, 1, 0.001, reloads);
        At(run, 1, () => run.Post(run.Alert("alertname=test1"), run.Alert("alertname=test2")));
        At(run, 2.3, () => run.Silence("s", 2.5, 4.5, "alertname=test1"));
        run.RunUntil(5.5);

        Assert.Equal(["2 hook: +test1 +test2", "3 hook: +test2", "4 hook: +test2", "5 hook: +test1 +test2"], run.SentTexts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Silencing_EndedEarly_LetsGoAtTheNextLook(bool reloads)
    {
        VirtualDispatcher run = Create(1, 1, 0.001, reloads);
        At(run, 1, () => run.Post(run.Alert("alertname=test1"), run.Alert("alertname=test2")));
        At(run, 1.3, () => run.Silence("s", 1.5, 100, """alertname=~".+" """));
        At(run, 3.5, () => run.Apply(new() { Expired = "s" }));
        run.RunUntil(4.5);

        Assert.Equal(["4 hook: +test1 +test2"], run.SentTexts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Silencing_WhileItEnds_TheEndIsNotTold(bool reloads)
    {
        VirtualDispatcher run = Create(1, 1, 100, reloads);
        At(run, 1, () => run.Post(run.Alert("alertname=test1")));
        At(run, 2.5, () => run.Silence("s", 2.5, 10, "alertname=test1"));
        At(run, 2.6, () => run.Post(run.Alert("alertname=test1", from: 1, to: 2.6)));
        run.RunUntil(20);

        Assert.Equal(["2 hook: +test1"], run.SentTexts);
    }

    private static VirtualDispatcher CreateInhibiting(bool reloads) => Create(1, 1, 1, reloads, configure: o => o.InhibitRules.Add(new AlertInhibitRuleSettings
    {
        SourceMatchers = { "alertname=JobDown" },
        TargetMatchers = { "alertname=InstanceDown" },
        Equal = { "job", "zone" },
    }));

    private static VirtualDispatcher Create(
        double wait,
        double interval,
        double repeat,
        bool reloads,
        string? groupBy = null,
        double resolveTimeout = 300,
        string channels = "hook",
        Action<AlertNotificationOptions>? configure = null) => new(o =>
    {
        o.Route.GroupWait = TimeSpan.FromSeconds(wait);
        o.Route.GroupInterval = TimeSpan.FromSeconds(interval);
        o.Route.RepeatInterval = TimeSpan.FromSeconds(repeat);
        if (groupBy is not null)
            o.Route.GroupBy.Add(groupBy);
        o.ResolveTimeout = TimeSpan.FromSeconds(resolveTimeout);
        configure?.Invoke(o);
    }, channels, reloads);

    private static void At(VirtualDispatcher run, double seconds, Action action)
    {
        run.RunUntil(seconds);
        action();
    }

    private static double Seconds(VirtualDispatcher run, DateTimeOffset time) => Math.Round((time - run.Start).TotalSeconds, 3);
}
