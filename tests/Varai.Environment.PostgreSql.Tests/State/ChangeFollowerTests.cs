using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.PostgreSql.State;
using Varai.PostgreSql.Tests.Server;
using Varai.State;

namespace Varai.PostgreSql.Tests.State;

public sealed class ChangeFollowerTests(PostgreSqlServer server, PgBouncer pooler)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_of_another_node_is_woken_by_a_notification()
    {
        server.Require();
        string schema = PostgreSqlServer.NewSchema();
        await using PostgreSqlStateStore writer = Nodes.Open(server.ConnectionString(), schema);

        // Its polling stands still, so only a notification can wake it.
        await using PostgreSqlStateStore reader = Nodes.Open(server.ConnectionString(), schema, timeProvider: new FakeTimeProvider());
        await using IAsyncEnumerator<StateChange> changes = reader.WatchAsync(0, Token).GetAsyncEnumerator(Token);
        Task<bool> next = changes.MoveNextAsync().AsTask();
        await Wait.UntilAsync(() => reader.Follower.IsListening);
        for (int i = 1; i <= 20; i++)
        {
            await writer.CommitAsync(new StateTransaction().Put("k", default), Token);
            Assert.True(await next.WaitAsync(Wait.Patience, Token));
            Assert.Equal(i, changes.Current.Revision);
            if (i < 20)
                next = changes.MoveNextAsync().AsTask();
        }
    }

    [Fact]
    public async Task Watch_without_notifications_is_woken_by_polling()
    {
        server.Require();
        string schema = PostgreSqlServer.NewSchema();
        await using PostgreSqlStateStore writer = Nodes.Open(server.ConnectionString(), schema);
        await using PostgreSqlStateStore reader = Nodes.Open(server.ConnectionString(), schema, static o =>
        {
            o.Listen = false;
            o.PollInterval = TimeSpan.FromMilliseconds(50);
        });
        await using IAsyncEnumerator<StateChange> changes = reader.WatchAsync(0, Token).GetAsyncEnumerator(Token);
        Task<bool> next = changes.MoveNextAsync().AsTask();
        await writer.CommitAsync(new StateTransaction().Put("k", default), Token);
        Assert.True(await next.WaitAsync(Wait.Patience, Token));
        Assert.False(reader.Follower.IsListening);
    }

    [Fact]
    public async Task Pooler_that_swallows_notifications_is_found_out()
    {
        string connectionString = await pooler.ConnectionStringAsync(server);
        var log = new FakeLogger<PostgreSqlStateStore>();
        string schema = PostgreSqlServer.NewSchema();
        await using PostgreSqlStateStore store = Nodes.Open(connectionString, schema, static o => o.PollInterval = TimeSpan.FromMilliseconds(50), logger: log);
        await using IAsyncEnumerator<StateChange> changes = store.WatchAsync(0, Token).GetAsyncEnumerator(Token);
        Task<bool> next = changes.MoveNextAsync().AsTask();
        await Wait.UntilAsync(() => log.Collector.GetSnapshot().Any(r => r.Id.Id == 753));
        await using PostgreSqlStateStore writer = Nodes.Open(server.ConnectionString(), schema);
        await writer.CommitAsync(new StateTransaction().Put("k", default), Token);
        Assert.True(await next.WaitAsync(Wait.Patience, Token));
    }

    [Fact]
    public async Task Server_that_is_away_is_asked_by_one_for_all_watchers_and_not_without_a_pause()
    {
        server.Require();
        const int Watchers = 30;
        const int Rounds = 10;
        var clock = new FakeTimeProvider();
        await using var proxy = new CuttingProxy(server.Port);
        string schema = PostgreSqlServer.NewSchema();
        await using PostgreSqlStateStore store = Nodes.Open(server.ConnectionString(proxy.Port), schema, timeProvider: clock);
        await store.CommitAsync(new StateTransaction().Put("k", default), Token);
        IAsyncEnumerator<StateChange>[] watches = [.. Enumerable.Range(0, Watchers).Select(_ => store.WatchAsync(0, Token).GetAsyncEnumerator(Token))];
        await Task.WhenAll(watches.Select(w => w.MoveNextAsync().AsTask()));
        Task<bool>[] next = [.. watches.Select(w => w.MoveNextAsync().AsTask())];
        await Wait.UntilAsync(() => store.Follower.IsListening);

        proxy.Cut();
        await AdvanceUntilAsync(clock, () => store.Follower.Failure is not null);
        int before = proxy.Attempts;
        for (int i = 0; i < Rounds; i++)
        {
            int now = proxy.Attempts;
            await AdvanceUntilAsync(clock, () => proxy.Attempts > now);
        }

        // The poll and the listener, each once in a while (the clock may run on before an attempt is seen): not one for each watcher.
        Assert.InRange(proxy.Attempts - before, Rounds, Watchers * Rounds / 4);
        proxy.Heal();
        await AdvanceUntilAsync(clock, () => store.Follower.Failure is null);
        await store.CommitAsync(new StateTransaction().Put("k", default), Token);
        Assert.All(await Task.WhenAll(next).WaitAsync(Wait.Patience, Token), Assert.True);
        foreach (IAsyncEnumerator<StateChange> watch in watches)
            await watch.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_runs_while_nobody_watches()
    {
        server.Require();
        string schema = PostgreSqlServer.NewSchema();
        await using PostgreSqlStateStore store = Nodes.Open(server.ConnectionString(), schema);
        await store.CommitAsync(new StateTransaction().Put("k", default), Token);
        Assert.True(store.Follower.Completion.IsCompleted);
        await foreach (StateChange _ in store.WatchAsync(0, Token))
            break;
        await store.Follower.Completion.WaitAsync(Wait.Patience, Token);
        await foreach (StateChange _ in store.WatchAsync(0, Token))
            break;
        await store.Follower.Completion.WaitAsync(Wait.Patience, Token);
    }

    [Fact]
    public void ReconnectDelay_grows_to_its_longest_and_is_never_the_same_for_all()
    {
        var seen = new HashSet<TimeSpan>();
        for (int node = 0; node < 50; node++)
        {
            var delay = new ReconnectDelay();
            for (int i = 0; i < 12; i++)
            {
                TimeSpan next = delay.Next();
                Assert.InRange(next, ReconnectDelay.Least, ReconnectDelay.Longest);
                Assert.True(i > 0 || next <= TimeSpan.FromMilliseconds(200));
                if (i == 11)
                    seen.Add(next);
            }

            delay.Reset();
            Assert.InRange(delay.Next(), ReconnectDelay.Least, TimeSpan.FromMilliseconds(200));
        }

        // Spread over seconds, not gathered at the longest.
        Assert.True(seen.Count > 30);
        Assert.True(seen.Min() < ReconnectDelay.Longest / 2);
    }

    private static Task AdvanceUntilAsync(FakeTimeProvider clock, Func<bool> condition) =>
        Wait.UntilAsync(() =>
        {
            if (condition())
                return true;
            clock.Advance(TimeSpan.FromMilliseconds(500));
            return condition();
        });
}
