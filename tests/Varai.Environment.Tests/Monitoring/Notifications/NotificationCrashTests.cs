using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Notifications;
using Varai.Monitoring.Notifications.Dispatching;
using Varai.State;

namespace Varai.Tests.Monitoring.Notifications;

/// <summary>The process dies at every commit of a whole life of two alerts, before it and after it, and around every handing on to the outbox: what is
/// told is the same as without, nothing is lost, nothing is told twice.</summary>
public sealed class NotificationCrashTests
{
    private static readonly string[] Expected = ["hook: +A", "hook: +A +B", "hook: -A -B"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dispatch_TheProcessDiesAtAnyCommit_TellsTheSame()
    {
        (int commits, RecordingOutbox undisturbed, _) = await LiveAsync(diesAt: 0, diesAfter: false);
        Assert.Equal(Expected, undisturbed.Texts);
        Assert.InRange(commits, 15, 60);
        for (int commit = 1; commit <= commits; commit++)
        {
            foreach (bool diesAfter in (bool[])[false, true])
            {
                (_, RecordingOutbox outbox, int deaths) = await LiveAsync(commit, diesAfter);
                Assert.Equal(1, deaths);
                Assert.True(Expected.SequenceEqual(outbox.Texts), $"Commit {commit}, {(diesAfter ? "after" : "before")}: {string.Join(" | ", outbox.Texts)}");
            }
        }
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public async Task Dispatch_TheProcessDiesAroundTheHandingOn_TellsTheSame(int which, bool diesAfter)
    {
        int count = 0;
        (_, RecordingOutbox outbox, int deaths) = await LiveAsync(diesAt: 0, diesAfter: false, (outbox, store) =>
        {
            void Die(AlertNotification notification)
            {
                if (++count == which)
                    store().Die();
            }

            if (diesAfter)
                outbox.OnEnqueued = Die;
            else
                outbox.OnEnqueue = Die;
        });

        Assert.Equal(1, deaths);
        Assert.Equal(Expected, outbox.Texts);
        Assert.Equal(diesAfter ? 1 : 0, outbox.Repetitions);
    }

    /// <summary>A whole life: each step is taken again by a new process when the one that took it died, as whoever told an alert tells it again
    /// when nobody said that it is kept.</summary>
    private static async Task<(int Commits, RecordingOutbox Outbox, int Deaths)> LiveAsync(
        int diesAt, bool diesAfter, Action<RecordingOutbox, Func<CrashingStateStore>>? arrange = null)
    {
        FakeTimeProvider clock = NotificationNode.Clock();
        InMemoryStateStore kept = NotificationNode.Memory(clock);
        var outbox = new RecordingOutbox("hook");
        DateTimeOffset start = clock.GetUtcNow();
        var store = new CrashingStateStore(kept) { DiesAt = diesAt, DiesAfter = diesAfter };
        arrange?.Invoke(outbox, () => store);
        NotificationNode node = new(store, outbox, clock);
        DispatchSession? session = null;
        int confirmed = 0;
        int deaths = 0;
        int commits = 0;

        async Task ConfirmAsync()
        {
            (string channel, AlertNotification notification) = outbox.Taken[^1];
            var outcome = new NotificationOutcome(channel, notification, IsSent: true, Attempts: 1, Error: null);
            await node.Observer.OnEndedAsync(outcome, Token);
            confirmed++;
        }

        Func<Task>[] steps =
        [
            () => node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=A,severity=critical", start)], Token),
            () => session!.TurnAsync(Token),
            () => Pass(TimeSpan.FromSeconds(10)),
            () => session!.TurnAsync(Token),
            ConfirmAsync,
            () => session!.TurnAsync(Token),
            () => node.Dispatcher.PostAsync([NotificationNode.Alert("alertname=B", start), NotificationNode.Alert("alertname=C", start)], Token),
            () => node.Silences.AddAsync([new LabelMatcher("alertname", LabelComparison.Equal, "C")], start.AddHours(1), "ann", "known", cancellationToken: Token),
            () => session!.TurnAsync(Token),
            () => Pass(TimeSpan.FromMinutes(1)),
            () => session!.TurnAsync(Token),
            ConfirmAsync,
            async () => await node.Notifications.AcknowledgeAsync(outbox.Taken[0].Notification.GroupKey, "ann", "on it", cancellationToken: Token),
            () => session!.TurnAsync(Token),
            () => node.Dispatcher.PostAsync([.. "ABC".Select(n => NotificationNode.Alert(n == 'A' ? "alertname=A,severity=critical" : $"alertname={n}", start, clock.GetUtcNow()))], Token),
            () => session!.TurnAsync(Token),
            () => Pass(TimeSpan.FromMinutes(1)),
            () => session!.TurnAsync(Token),
            ConfirmAsync,
            () => session!.TurnAsync(Token),
            () => Pass(TimeSpan.FromMinutes(5)),
            () => session!.TurnAsync(Token),
        ];

        Task Pass(TimeSpan time)
        {
            clock.Advance(time);
            return Task.CompletedTask;
        }

        try
        {
            for (int i = 0; i < steps.Length;)
            {
                try
                {
                    session ??= await node.LeadAsync(Token);
                    await steps[i]();
                    i++;
                }
                catch (StateException) when (store.IsDead)
                {
                    deaths++;
                    commits += store.Commits;
                    session = null;
                    await node.DisposeAsync();
                    store = new CrashingStateStore(kept);
                    node = new NotificationNode(store, outbox, clock);
                }
            }

            (DispatchState state, var inbox) = await node.Store.LoadAsync(Token);
            Assert.Empty(inbox);
            Assert.Empty(state.Pending);
            Assert.Empty(state.Groups);
            Assert.InRange(confirmed, 3, 4);
            return (commits + store.Commits, outbox, deaths);
        }
        finally
        {
            await node.DisposeAsync();
        }
    }
}
