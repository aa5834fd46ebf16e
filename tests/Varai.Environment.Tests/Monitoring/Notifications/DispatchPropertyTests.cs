using CsCheck;
using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>Whatever comes in whichever order: restarts change nothing, what people know in the end is what is so, and nothing is repeated before its time.</summary>
public sealed class DispatchPropertyTests
{
    private static readonly string[] Names = ["A", "B", "C", "D"];

    // What happens: a kind, an alert, and how many seconds pass after it.
    private static readonly Gen<(int Kind, int Alert, int Seconds)[]> Lives = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 3], Gen.Int[0, 90]).Array[1, 40];

    [Fact]
    public void Restarts_AfterEachStep_ChangeNothingThatIsSent() => Lives.Sample(
        life =>
        {
            VirtualDispatcher once = Run(life, reloads: false);
            VirtualDispatcher again = Run(life, reloads: true);
            Assert.Equal(once.SentTexts, again.SentTexts);
            Assert.Equal(once.Sent.Select(s => s.Notification.Id), again.Sent.Select(s => s.Notification.Id));
        }, iter: 300, threads: 1);

    [Fact]
    public void InTheEnd_WhatAChannelKnows_IsWhatIsSo() => Lives.Sample(
        life =>
        {
            VirtualDispatcher run = Run(life, reloads: false);
            run.RunUntil(run.Now + 1000);
            foreach (string name in Names)
            {
                bool fires = run.Machine.State.Alerts.Values.Any(a => a.Name == name && a.IsFiring(run.At.Now));
                VirtualNotification? last = run.Sent.LastOrDefault(s => s.Notification.Alerts.Any(a => a.Name == name));
                bool known = last is not null && last.Notification.Alerts.Single(a => a.Name == name).StatusAt(last.Notification.At) == AlertStatus.Firing;
                Assert.True(fires == known, $"{name}: {fires}, but the channel knows {known}: {string.Join(" | ", run.SentTexts)}");
            }
        }, iter: 300, threads: 1);

    [Fact]
    public void Notifications_OfAGroup_AreNeitherTheSameTwiceNorWithinAnInterval() => Lives.Sample(
        life =>
        {
            foreach (var group in Run(life, reloads: false).Sent.GroupBy(s => s.Notification.GroupKey))
            {
                foreach ((VirtualNotification one, VirtualNotification next) in group.Zip(group.Skip(1)))
                {
                    Assert.NotEqual(one.Notification.Id, next.Notification.Id);
                    Assert.False(
                        next.At - one.At < 30 && one.Notification.Status == AlertStatus.Firing && next.Notification.Status == AlertStatus.Firing, $"{one} | {next}");
                }
            }
        }, iter: 300, threads: 1);

    private static VirtualDispatcher Run((int Kind, int Alert, int Seconds)[] life, bool reloads)
    {
        VirtualDispatcher run = new(o =>
        {
            o.Route.GroupBy.Add("half");
            o.Route.GroupWait = TimeSpan.FromSeconds(10);
            o.Route.GroupInterval = TimeSpan.FromSeconds(30);
            o.ReceiverLimit = 0;
            o.FlapLimit = 0;
        }, reloads: reloads);
        foreach ((int kind, int alert, int seconds) in life)
        {
            string labels = $"alertname={Names[alert]},half={alert / 2}";
            if (kind < 4)
                run.Fire(labels);
            else
                run.Resolve(labels);
            run.RunUntil(run.Now + seconds);
        }

        return run;
    }
}
