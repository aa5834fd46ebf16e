using Varai.Monitoring;
using Varai.Monitoring.Notifications;
using Varai.Monitoring.Notifications.Dispatching;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>What Alertmanager has not: acknowledgement, escalation, damping, limits, the watchdog and what is told of channels that fail. In
/// virtual minutes, in one go and with the state written and read after each step.</summary>
public sealed class BeyondAlertmanagerTests
{
    private const double Minute = 60;
    private const string EscalatingChannels = "team,first,second,boss";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Escalation_NobodyAcknowledges_GoesThroughTheStepsRepeatsAndEndsAtTheLastResort(bool reloads)
    {
        VirtualDispatcher run = CreateEscalating(reloads, o => o.EscalationPolicies["oncall"].Repeat = 1);
        run.Fire("alertname=Down,severity=critical");
        run.RunUntil(600 * Minute);

        // First step after 5 minutes, second 10 after it, then both again, then the last resort after 5.
        Assert.Equal(
            [
                "30 team: +Down",
                "330 first: [Escalation] +Down",
                "930 second: [Escalation] +Down",
                "1230 first: [Escalation] +Down",
                "1830 second: [Escalation] +Down",
                "2130 boss: [Escalation] +Down",
            ],
            run.SentTexts.Where(t => !t.Contains("team: +", StringComparison.Ordinal) || t.StartsWith("30 ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("ack")]
    [InlineData("hand")]
    [InlineData("end")]
    public void Escalation_AcknowledgedOrEnded_StopsAtOnce(string how)
    {
        VirtualDispatcher run = CreateEscalating(reloads: true);
        run.Fire("alertname=Down,severity=critical");
        run.RunUntil(329);
        string[] fingerprints = [run.Alert("alertname=Down,severity=critical").Fingerprint];
        switch (how)
        {
            case "ack":
                run.Apply(new InboxEntry { Ack = new AckCommand(fingerprints, "ann", "on it", Duration: null) });
                break;
            case "hand":
                run.Apply(new InboxEntry { Ended = fingerprints });
                break;
            default:
                run.Resolve("alertname=Down,severity=critical");
                break;
        }

        run.RunUntil(1000 * Minute);

        // An acknowledged alert is not repeated either; an ended one is told as ended.
        Assert.Equal(how == "ack" ? ["30 team: +Down"] : ["30 team: +Down", "330 team: -Down"], run.SentTexts);
    }

    [Fact]
    public void Acknowledgement_Expires_EscalationBeginsAnew()
    {
        VirtualDispatcher run = CreateEscalating(reloads: true);
        run.Fire("alertname=Down,severity=critical");
        run.RunUntil(100);
        run.Apply(new InboxEntry { Ack = new AckCommand([run.Alert("alertname=Down,severity=critical").Fingerprint], "ann", "on it", TimeSpan.FromHours(1)) });
        run.RunUntil(2 * 60 * Minute);

        Assert.Equal(["30 team: +Down", "4000 first: [Escalation] +Down", "4600 second: [Escalation] +Down", "4900 boss: [Escalation] +Down"], run.SentTexts);
    }

    [Fact]
    public void Acknowledgement_OfAGroup_LeavesNewAlertsToBeToldAndEscalated()
    {
        VirtualDispatcher run = CreateEscalating(reloads: true);
        run.Fire("alertname=Down,severity=critical,node=a");
        run.RunUntil(100);
        run.Apply(new InboxEntry { Ack = new AckCommand([run.Alert("alertname=Down,severity=critical,node=a").Fingerprint], "ann", "on it", Duration: null) });
        run.RunUntil(400);
        run.Fire("alertname=Down,severity=critical,node=b");
        run.RunUntil(1000);

        Assert.Equal(["30 team: +Down/a", "630 team: +Down/a +Down/b", "930 first: [Escalation] +Down/b"], run.SentTexts);
    }

    [Fact]
    public void Escalation_InQuietHours_WaitsUnlessItIsCritical()
    {
        void Quiet(AlertNotificationOptions o)
        {
            o.TimeIntervals["night"] = new AlertTimeIntervalSettings { Periods = { new AlertTimePeriodSettings { Times = { "12:00-14:00" } } } };
            o.EscalationPolicies["oncall"].QuietTimeIntervals.Add("night");
        }

        VirtualDispatcher warning = CreateEscalating(reloads: true, Quiet);
        warning.Fire("alertname=Slow,severity=warning");
        warning.RunUntil(131 * Minute);
        VirtualDispatcher critical = CreateEscalating(reloads: true, Quiet);
        critical.Fire("alertname=Down,severity=critical");
        critical.RunUntil(20 * Minute);

        Assert.Equal(["30 team: +Slow", "7200 first: [Escalation] +Slow", "7800 second: [Escalation] +Slow"], warning.SentTexts);
        Assert.Equal(["30 team: +Down", "330 first: [Escalation] +Down", "930 second: [Escalation] +Down"], critical.SentTexts);
    }

    [Fact]
    public void Escalation_WhileSilenced_WaitsAndGoesOnAfterwards()
    {
        VirtualDispatcher run = CreateEscalating(reloads: true);
        run.Fire("alertname=Down,severity=critical");
        run.RunUntil(100);
        run.Silence("s", 100, 3600, "alertname=Down");
        run.RunUntil(3700);

        Assert.Equal(["30 team: +Down", "3630 first: [Escalation] +Down"], run.SentTexts);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Flapping_MoreThanTheLimit_IsSaidOnceAndHeldUntilItIsQuiet(bool reloads)
    {
        VirtualDispatcher run = new(o => o.ReceiverLimit = 0, reloads: reloads);
        for (int i = 0; i < 10; i++)
        {
            run.Fire("alertname=Flap");
            run.RunUntil((i * 10 * Minute) + (5 * Minute));
            run.Resolve("alertname=Flap");
            run.RunUntil((i * 10 * Minute) + (10 * Minute));
        }

        run.RunUntil(300 * Minute);

        // Two occurrences are told; with the fifth change it flaps; an hour after the fifth last change the end is told.
        Assert.Equal(6, run.Sent.Count);
        Assert.Equal(["+Flap", "-Flap", "+Flap", "-Flap", "~Flap", "-Flap"], run.Sent.Select(s => VirtualNotification.Describe(s.Notification)));
        Assert.InRange(run.Sent[^1].At, 135 * Minute, 145 * Minute);
        Assert.Contains("more than 4 times within 01:00:00", run.Sent[4].Notification.Alerts[0].Annotations["flapping"], StringComparison.Ordinal);
    }

    [Fact]
    public void Flapping_EndsWhileItFires_IsToldAsFiringWithoutTheMark()
    {
        VirtualDispatcher run = new(reloads: true);
        for (int i = 0; i < 3; i++)
        {
            run.Fire("alertname=Flap");
            run.RunUntil((i * 10) + 5);
            if (i < 2)
                run.Resolve("alertname=Flap");
            run.RunUntil((i * 10) + 10);
        }

        run.RunUntil(70 * Minute);

        Assert.Equal(["~Flap", "+Flap"], run.Sent.Select(s => VirtualNotification.Describe(s.Notification)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Limit_Reached_HoldsTheRestForOneDigestWithWhatIsSoThen(bool reloads)
    {
        VirtualDispatcher run = new(o =>
        {
            o.Route.GroupBy.Add("alertname");
            o.ReceiverLimit = 3;
        }, reloads: reloads);
        for (int i = 0; i < 8; i++)
            run.Fire($"alertname=A{i},severity=warning");
        run.RunUntil(35);
        run.Resolve("alertname=A7,severity=warning"); // was never told, so nobody needs to know
        run.RunUntil(2 * 3600);

        Assert.Equal(["30 hook: +A0", "30 hook: +A1", "30 hook: +A2", "3630 hook: [Digest] +A3 +A4 +A5 +A6"], run.SentTexts);
    }

    [Fact]
    public void Limit_Reached_DoesNotHoldTheFirstNotificationOfACriticalAlert()
    {
        VirtualDispatcher run = new(o =>
        {
            o.Route.GroupBy.Add("alertname");
            o.ReceiverLimit = 1;
        }, reloads: true);
        run.Fire("alertname=A,severity=warning");
        run.Fire("alertname=B,severity=warning");
        run.Fire("alertname=C,severity=critical");
        run.RunUntil(3600);

        Assert.Equal(["30 hook: +A", "30 hook: +C"], run.SentTexts);
        run.RunUntil(3700);
        Assert.Equal("3630 hook: [Digest] +B", run.SentTexts[^1]);
    }

    [Fact]
    public void Limit_TheDigestFails_WhatItTellsIsToldAgain()
    {
        VirtualDispatcher run = new(o =>
        {
            o.Route.GroupBy.Add("alertname");
            o.ReceiverLimit = 1;
        }, reloads: true)
        { Accepts = sent => sent.Notification.Reason != AlertNotificationReason.Digest || sent.At > 4000 };
        run.Fire("alertname=A,severity=warning");
        run.Fire("alertname=B,severity=warning");
        run.RunUntil(3 * 3600);

        Assert.Equal(["30 hook: +A", "3630 hook: [Digest] +B", "7230 hook: [Digest] +B"], run.SentTexts.Where(t => !t.Contains("failed", StringComparison.Ordinal)).Take(3));
    }

    [Fact]
    public void Watchdog_WithAReceiver_IsSentAtItsIntervalAndNotMadeUpFor()
    {
        VirtualDispatcher run = new(o => o.Watchdog.Receiver = "default", reloads: true);
        run.RunUntil(130);
        run.Reload(downFor: 600);
        run.RunUntil(800);

        Assert.Equal([0, 60, 120, 730, 790], run.Sent.Select(s => s.At));
        Assert.All(run.Sent, s => Assert.Equal((AlertNotificationReason.Watchdog, "varai_watchdog"), (s.Notification.Reason, s.Notification.Alerts[0].Name)));
        Assert.Equal(5, run.Sent.Select(s => s.Notification.Id).Distinct().Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Failure_AChannelGivesUp_IsToldThroughTheOthersAndEndsWithItsNextSuccess(bool reloads)
    {
        VirtualDispatcher run = new(o => o.ReceiverLimit = 0, "bad,good", reloads) { Accepts = static sent => sent.Channel != "bad" || sent.At > 1000 };
        run.Fire("alertname=A,severity=warning");
        run.RunUntil(1600);

        string[] good = [.. run.SentTexts.Where(t => t.Contains("good", StringComparison.Ordinal))];
        string[] bad = [.. run.SentTexts.Where(t => t.Contains("bad: ", StringComparison.Ordinal))];
        Assert.Equal(["30 good: +A", "330 good: +A +varai_notification_failed/bad", "1530 good: +A -varai_notification_failed/bad"], good);
        Assert.Equal(["30 bad: +A", "330 bad: +A", "630 bad: +A", "930 bad: +A", "1230 bad: +A"], bad);
    }

    [Fact]
    public void Failure_TheOnlyChannelOfAReceiver_IsToldThroughAnyOther()
    {
        VirtualDispatcher run = new(o =>
        {
            o.Receivers["default"] = new AlertReceiverSettings { Channels = { new AlertReceiverChannelSettings { Channel = "bad" } } };
            o.Route.GroupBy.Add("alertname");
        }, "bad,other")
        { Accepts = static sent => sent.Channel != "bad" };
        run.Fire("alertname=A,severity=warning");
        run.RunUntil(400);

        Assert.Equal(["60 other: +varai_notification_failed/bad"], run.SentTexts.Where(t => t.Contains("other", StringComparison.Ordinal)));
    }

    [Fact]
    public void Failure_EveryChannelFails_DoesNotFeedOnItself()
    {
        VirtualDispatcher run = new(o => o.Route.GroupBy.Add("alertname"), "a,b") { Accepts = static _ => false };
        run.Fire("alertname=A,severity=warning");
        run.RunUntil(3600);

        Assert.Equal(3, run.Machine.State.Alerts.Count);
        Assert.InRange(run.Sent.Count, 10, 60);
    }

    [Fact]
    public void ByHand_EndedWhileItsSenderGoesOn_StaysEndedUntilItBeginsAnew()
    {
        VirtualDispatcher run = new(reloads: true);
        Alert alert = run.Alert("alertname=A", 0, 1_000_000);
        run.Post(alert);
        run.RunUntil(100);
        run.Apply(new InboxEntry { Ended = [alert.Fingerprint] });
        for (int i = 2; i < 100; i++)
        {
            run.RunUntil(i * 60);
            run.Post(alert);
        }

        run.Post(run.Alert("alertname=A", 5940, 1_000_000));
        run.RunUntil(6300);

        Assert.Equal(["30 hook: +A", "330 hook: -A", "5970 hook: +A"], run.SentTexts);
    }

    [Fact]
    public void MuteTimes_OfARoute_KeepBackWhatComesAndTellItAfterwards()
    {
        VirtualDispatcher run = new(o =>
        {
            o.TimeIntervals["noon"] = new AlertTimeIntervalSettings { Periods = { new AlertTimePeriodSettings { Times = { "12:00-12:30" } } } };
            o.TimeIntervals["afternoon"] = new AlertTimeIntervalSettings { Periods = { new AlertTimePeriodSettings { Times = { "12:40-18:00" } } } };
            o.Route.GroupBy.Add("alertname");
            o.Route.Routes.Add(new AlertRouteSettings { Matchers = { "alertname=Muted" }, MuteTimeIntervals = { "noon" } });
            o.Route.Routes.Add(new AlertRouteSettings { Matchers = { "alertname=Active" }, ActiveTimeIntervals = { "afternoon" } });
        });
        run.Fire("alertname=Muted");
        run.Fire("alertname=Active");
        run.RunUntil(3600);

        Assert.Equal(["1830 hook: +Muted", "2430 hook: +Active"], run.SentTexts);
    }

    [Fact]
    public void Fatigue_WhatHappened_IsCountedByRuleAndDay()
    {
        VirtualDispatcher run = CreateEscalating(reloads: true, o => o.Route.GroupBy.Add("alertname"));
        run.Fire("alertname=Noisy,severity=warning");
        run.Fire("alertname=Handled,severity=warning");
        run.RunUntil(100);
        run.Apply(new InboxEntry { Ack = new AckCommand([run.Alert("alertname=Handled,severity=warning").Fingerprint], "ann", "on it", Duration: null) });
        run.RunUntil(3 * 24 * 3600);

        DateOnly first = DateOnly.FromDateTime(run.Start.UtcDateTime);
        AlertFatigueReport report = FatigueReport.Create(run.Machine.State, first, first.AddDays(5));
        AlertFatigueReport later = FatigueReport.Create(run.Machine.State, first.AddDays(1), first.AddDays(1));

        Assert.Equal(["Noisy", "Handled"], report.Rules.Select(r => r.Name));
        Assert.Equal(["Noisy"], report.NeverActedOn.Select(r => r.Name));
        Assert.Equal(new AlertFatigueRule("Handled", 1, 1, 0, 1, 0, 0), report.Rules[1]);
        Assert.Equal((1, 2), (report.Rules[0].Fired, report.Rules[0].Escalated));
        Assert.Equal(report.Rules[0].Notifications, run.Sent.Count(s => s.Notification.Alerts[0].Name == "Noisy"));
        Assert.True(later.Rules[0].Notifications is > 0 and < 10);
        Assert.Empty(report.Flapping);
    }

    [Fact]
    public void Notification_WithMoreAlertsThanItLists_ListsTheWorstFirstAndCountsTheRest()
    {
        VirtualDispatcher run = new(o => o.MaxAlertsPerNotification = 2);
        run.Fire("alertname=Info,severity=info");
        run.Fire("alertname=Critical,severity=critical");
        run.Fire("alertname=Warning,severity=warning");
        run.RunUntil(30);

        Assert.Equal(["30 hook: +Critical +Warning and 1 more"], run.SentTexts);
        Assert.Equal("Critical", run.Sent[0].Notification.Alerts[0].Name);
    }

    [Theory]
    [InlineData(1000)] // waits for the last resort
    [InlineData(400)] // waits for the second step
    public void Escalation_ThePolicyBecomesShorterMeanwhile_EndsAndStopsNobody(int deployedAt)
    {
        VirtualDispatcher run = CreateEscalating(reloads: false);
        run.Fire("alertname=Down,severity=critical");
        run.RunUntil(deployedAt);
        run.Redeploy(o => Escalate(o, static o =>
        {
            o.EscalationPolicies["oncall"].Steps.RemoveAt(1);
            o.EscalationPolicies["oncall"].LastResort = null;
        }), EscalatingChannels);
        run.RunUntil(2000);
        run.Fire("alertname=New,severity=warning");
        run.RunUntil(2500);

        Assert.Contains("2130 team: +Down +New", run.SentTexts);
        Assert.DoesNotContain(run.SentTexts, t => t.Contains("boss", StringComparison.Ordinal));
    }

    [Fact]
    public void Group_CannotBeLookedAt_IsSaidOnceAndStopsNoOther()
    {
        VirtualDispatcher run = new(static o => o.Route.GroupBy.Add("alertname")) { Failures = [] };
        run.Fire("alertname=A");
        run.Fire("alertname=B");
        GroupEntry broken = run.Machine.State.Groups.Values.Single(g => g.Labels["alertname"] == "A");
        broken.Log["hook"] = new LogEntry { Id = "", At = run.Start, Firing = null!, Resolved = null! };
        run.RunUntil(1000);
        Assert.Equal(["30 hook: +B"], run.SentTexts);
        Assert.Equal([broken.Key], run.Failures);

        broken.Log.Clear();
        run.RunUntil(1300);
        Assert.Equal("1230 hook: +A", run.SentTexts[^1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Escalation_WhatItToldEnds_IsToldToAllThatWereTold(bool reloads)
    {
        VirtualDispatcher run = CreateEscalating(reloads, static o => o.Receivers["second"].Channels[0].SendResolved = false);
        run.Fire("alertname=Down,severity=critical,node=a");
        run.Fire("alertname=Down,severity=critical,node=b");
        run.RunUntil(1000);
        run.Fire("alertname=Down,severity=warning,node=c"); // was never escalated
        run.Resolve("alertname=Down,severity=critical,node=a");
        run.RunUntil(1400);
        run.Resolve("alertname=Down,severity=critical,node=b");
        run.RunUntil(2000);

        Assert.Equal(
            ["330 first: [Escalation] +Down/a +Down/b", "1230 first: +Down/b -Down/a", "1530 first: -Down/b"],
            run.SentTexts.Where(t => t.Contains("first", StringComparison.Ordinal)));
        Assert.Equal(["930 second: [Escalation] +Down/a +Down/b"], run.SentTexts.Where(t => t.Contains("second", StringComparison.Ordinal)));
        VirtualNotification[] first = [.. run.Sent.Where(s => s.Channel == "first")];
        Assert.Single(first.Select(s => s.Notification.GroupKey).Distinct());
        Assert.All(first, s => Assert.Equal("first", s.Notification.Receiver));
    }

    [Fact]
    public void Escalation_ItsEndIsNotDelivered_IsToldAgain()
    {
        VirtualDispatcher run = CreateEscalating(reloads: true);
        run.Accepts = static sent => sent.Channel != "first" || sent.Notification.Status == AlertStatus.Firing || sent.At > 700;
        run.Fire("alertname=Down,severity=critical");
        run.RunUntil(400);
        run.Resolve("alertname=Down,severity=critical");
        run.RunUntil(1300);

        Assert.Equal(
            ["330 first: [Escalation] +Down", "630 first: -Down", "930 first: -Down"],
            run.SentTexts.Where(t => t.Contains("first: ", StringComparison.Ordinal) && !t.Contains("failed", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Failure_AnotherChannelWasTold_IsToldTheEndAlthoughTheFailureIsOver(bool reloads)
    {
        VirtualDispatcher run = new(
            static o => o.Receivers["default"] = new AlertReceiverSettings { Channels = { new AlertReceiverChannelSettings { Channel = "bad" } } }, "bad,other", reloads)
        { Accepts = static sent => sent.Channel != "bad" || sent.At > 400 };
        run.Fire("alertname=A,severity=warning");
        run.RunUntil(1600);
        run.Resolve("alertname=A,severity=warning");
        run.RunUntil(2500);

        string[] other = [.. run.SentTexts.Where(t => t.Contains("other", StringComparison.Ordinal))];
        Assert.Equal("330 other: +A +varai_notification_failed/bad", other[0]);
        Assert.Equal("1830 other: -A", other[^1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Digest_AllOfItHasEnded_IsToldUnderItsKey(bool reloads)
    {
        VirtualDispatcher run = new(static o =>
        {
            o.Route.GroupBy.Add("alertname");
            o.ReceiverLimit = 2;
        }, reloads: reloads);
        foreach (string name in (string[])["A", "B", "C", "D"])
            run.Fire($"alertname={name},severity=warning");
        run.RunUntil(2 * 3600);
        run.Resolve("alertname=C,severity=warning");
        run.RunUntil(3 * 3600);
        VirtualNotification begun = run.Sent.Single(s => s.Notification.Reason == AlertNotificationReason.Digest);
        Assert.Equal("3630 hook: [Digest] +C +D", begun.ToString());
        run.Resolve("alertname=D,severity=warning");
        run.RunUntil(4 * 3600);

        VirtualNotification ended = run.Sent.Last(s => s.Notification.Reason == AlertNotificationReason.Digest);
        Assert.Equal((AlertStatus.Resolved, begun.Notification.GroupKey), (ended.Notification.Status, ended.Notification.GroupKey));
        Assert.Equal(2, run.Sent.Count(s => s.Notification.Reason == AlertNotificationReason.Digest));
        Assert.Contains(run.SentTexts, t => t.EndsWith("hook: -D", StringComparison.Ordinal));
    }

    [Fact]
    public void ForwardingChannel_ManyAlertsThatAreAcknowledged_IsToldAllOfThemAgain()
    {
        VirtualDispatcher run = new(static o => o.MaxAlertsPerNotification = 1, "forward,hook");
        run.Fire("alertname=A");
        run.Fire("alertname=B");
        run.RunUntil(100);
        string[] all = [run.Alert("alertname=A").Fingerprint, run.Alert("alertname=B").Fingerprint];
        run.Apply(new InboxEntry { Ack = new AckCommand(all, "ann", "on it", Duration: null) });
        run.RunUntil(5 * 3600);

        Assert.Equal(["30 forward: +A +B", "30 hook: +B and 1 more", "14730 forward: +A +B"], run.SentTexts);
    }

    private static VirtualDispatcher CreateEscalating(bool reloads, Action<AlertNotificationOptions>? configure = null) =>
        new(o => Escalate(o, configure), EscalatingChannels, reloads);

    private static void Escalate(AlertNotificationOptions o, Action<AlertNotificationOptions>? configure)
    {
        foreach (string receiver in (string[])["team", "first", "second", "boss"])
            o.Receivers[receiver] = new AlertReceiverSettings { Channels = { new AlertReceiverChannelSettings { Channel = receiver } } };
        o.Route.Receiver = "team";
        o.Route.Escalation = "oncall";
        o.EscalationPolicies["oncall"] = new AlertEscalationSettings
        {
            Steps =
            {
                new AlertEscalationStepSettings { Receivers = { "first" } },
                new AlertEscalationStepSettings { Receivers = { "second" }, After = TimeSpan.FromMinutes(10) },
            },
            LastResort = "boss",
        };
        configure?.Invoke(o);
    }
}
