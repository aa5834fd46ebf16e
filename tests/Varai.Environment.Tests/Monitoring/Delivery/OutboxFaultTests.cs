using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.Delivery;
using Varai.State;
using Varai.Tests.Promotion;

namespace Varai.Tests.Monitoring.Delivery;

/// <summary>Services that fail and processes that die: nothing is lost, and no limit is broken.</summary>
public sealed class OutboxFaultTests
{
    private readonly FakeTimeProvider _time = new(Some.Now);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AThousandWithThirtyPercentFailures_LosesNoneAndKeepsEveryLimit()
    {
        const int Count = 1000;
        var random = new Random(7);
        var channel = new ScriptedChannel("chat", _time, new AlertRateLimit(1, TimeSpan.FromSeconds(1)));
        channel.Hangs = _ => random.Next(100) < 10;
        channel.Answer = _ => random.Next(90) switch
        {
            < 10 => Busy(channel, TimeSpan.FromSeconds(random.Next(1, 5))),
            < 20 => new AlertChannelException("503", isTransient: true),
            _ => null,
        };
        await using var outbox = new OutboxHarness(_time, state: null, new AlertDeliveryOptions { GiveUpAfter = TimeSpan.FromDays(1) }, _time, channel);
        for (int i = 0; i < Count; i++)
            await outbox.EnqueueAsync("chat", Some.Notification($"n{i}"));
        outbox.Start();
        await outbox.UntilAsync(() => outbox.OutcomeCount == Count);

        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"n{i}").Order(StringComparer.Ordinal), channel.Accepted.Select(n => n.Id).Order(StringComparer.Ordinal));
        Assert.All(outbox.Outcomes, o => Assert.True(o.IsSent));
        Assert.Equal((0, 0), (channel.Breaches, channel.Overlaps));
        Assert.InRange(channel.Calls.Count, 1250, 1700);
        Assert.Equal(0, await outbox.CountWaitingAsync());
    }

    [Fact]
    public async Task Run_AChannelThatIsAwayForAnHour_GetsEverythingAfterwards()
    {
        var channel = new ScriptedChannel("chat", _time);
        channel.Answer = _ => _time.GetUtcNow() - Some.Now < TimeSpan.FromHours(1) ? new AlertChannelException("away", isTransient: true) : null;
        await using var outbox = new OutboxHarness(_time, state: null, channel);
        outbox.Start();
        for (int i = 0; i < 50; i++)
            await outbox.EnqueueAsync("chat", Some.Notification($"n{i}"));
        await outbox.UntilAsync(() => outbox.OutcomeCount == 50);

        Assert.All(outbox.Outcomes, o => Assert.True(o.IsSent));
        Assert.InRange(_time.GetUtcNow() - Some.Now, TimeSpan.FromHours(1), TimeSpan.FromHours(1) + TimeSpan.FromMinutes(3));
        // Once a minute at most when it has been away for long, and never much later.
        Assert.InRange(channel.Calls.Count - 50, 60, 180);
        Assert.Single(outbox.Logs.GetSnapshot(), r => r.Id.Id == 1560);
        Assert.Single(outbox.Logs.GetSnapshot(), r => r.Id.Id == 1561);
    }

    [Fact]
    public async Task Run_TheStoreIsAway_SendsOnceAndRemovesWhenItIsBack()
    {
        var channel = new ScriptedChannel("chat", _time);
        var store = new InterruptibleStore(new InMemoryStateStore(new StateOptions(), _time));
        await using var outbox = new OutboxHarness(_time, store, channel);
        await outbox.EnqueueAsync("chat", Some.Notification("a"));
        await outbox.EnqueueAsync("chat", Some.Notification("b"));
        var go = new TaskCompletionSource();
        channel.Deaf = go.Task;
        outbox.Start();
        await outbox.UntilAsync(() => channel.IsHanging);
        store.IsAway = true;
        channel.Deaf = null;
        go.SetResult();
        await outbox.UntilAsync(() => channel.AcceptedCount == 2);
        await outbox.UntilAsync(() => _time.GetUtcNow() - Some.Now > TimeSpan.FromMinutes(3));
        Assert.Equal(2, channel.Calls.Count);
        Assert.Empty(outbox.Outcomes);

        store.IsAway = false;
        await outbox.UntilAsync(() => outbox.OutcomeCount == 2);
        Assert.Equal(2, channel.Calls.Count);
        Assert.Equal(0, await outbox.CountWaitingAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_AtEveryWrite_LosesNothingAndSendsOneTwiceAtMost(bool diesAfterWriting)
    {
        for (int writes = 0; ; writes++)
        {
            var time = new FakeTimeProvider(Some.Now);
            var shared = new InMemoryStateStore(new StateOptions(), time);
            var dying = new DyingStateStore(shared, writes, diesAfterWriting);
            var failures = new HashSet<string>();
            var channel = new ScriptedChannel("chat", time) { Answer = n => n.Id == "b" && failures.Add(n.Id) ? new AlertChannelException("away", isTransient: true) : null };
            List<string> kept = [];
            bool hasDied = await LiveAsync(time, dying, channel, kept);

            await using var next = new OutboxHarness(time, shared, channel);
            next.Start();
            foreach (string id in new[] { "a", "b", "c" }.Except(kept))
                await next.EnqueueAsync("chat", Some.Notification(id));
            await next.UntilAsync(() => channel.Accepted.Select(n => n.Id).Distinct().Count() == 3);
            await next.UntilAsync(() => next.Outbox.GetStatuses()[0].Waiting == 0);
            await next.IdleAsync();

            Assert.Equal(["a", "b", "c"], channel.Accepted.Select(n => n.Id).Distinct().Order(StringComparer.Ordinal));
            Assert.InRange(channel.Accepted.Count, 3, hasDied ? 4 : 3);
            Assert.Equal(0, await next.CountWaitingAsync());
            if (!hasDied)
            {
                Assert.InRange(writes, 7, 12);
                return;
            }
        }
    }

    // What an enqueuer was told is kept; what it was not told it enqueues again.
    private static async Task<bool> LiveAsync(FakeTimeProvider time, DyingStateStore store, ScriptedChannel channel, List<string> kept)
    {
        // A process that is dead sends nothing either.
        Func<AlertNotification, Exception?> answer = channel.Answer;
        channel.Answer = n => store.HasDied ? new InvalidOperationException("dead") : answer(n);
        try
        {
            return await EnqueueAsync(time, store, channel, kept);
        }
        finally
        {
            channel.Answer = answer;
        }
    }

    private static async Task<bool> EnqueueAsync(FakeTimeProvider time, DyingStateStore store, ScriptedChannel channel, List<string> kept)
    {
        await using var outbox = new OutboxHarness(time, store, channel);
        outbox.Start();
        try
        {
            foreach (string id in (string[])["a", "b", "c"])
            {
                await outbox.EnqueueAsync("chat", Some.Notification(id));
                kept.Add(id);
            }
        }
        catch (StateException)
        {
            return true;
        }

        await outbox.UntilAsync(() => store.HasDied || outbox.OutcomeCount == 3);
        return store.HasDied;
    }

    private AlertChannelException Busy(ScriptedChannel channel, TimeSpan wait)
    {
        channel.NotBefore = _time.GetUtcNow() + wait;
        return new AlertChannelException("429", isTransient: true, wait);
    }

    private sealed class InterruptibleStore(IStateStore inner) : SharedStateStore(inner)
    {
        public bool IsAway { get; set; }

        public override Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken) =>
            IsAway ? throw new StateException("away") : Inner.CommitAsync(transaction, cancellationToken);

        public override ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken) =>
            IsAway ? throw new StateException("away") : Inner.GetAsync(key, cancellationToken);
    }
}
