using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.FeatureFlags;
using Varai.PostgreSql.State;
using Varai.PostgreSql.Tests.Server;
using Varai.State;
using Varai.Tests.State;
using Varai.Tests.TestResources;

namespace Varai.PostgreSql.Tests.State;

/// <summary>Several nodes on one database.</summary>
public sealed class PostgreSqlNodesTests(PostgreSqlServer server, PgBouncer pooler)
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Flag_changed_in_one_process_is_seen_by_two_others_within_a_second()
    {
        server.Require();
        await ChangeFlagAsync(server.ConnectionString(), configure: null);
    }

    [Fact]
    public async Task Flag_changed_behind_a_pooler_of_transactions_is_seen_within_a_second_by_polling() =>
        await ChangeFlagAsync(await pooler.ConnectionStringAsync(server), static o =>
        {
            o.Listen = false;
            o.PollInterval = TimeSpan.FromMilliseconds(200);
        });

    [Fact]
    public async Task Nodes_that_were_cut_off_end_on_the_same_version()
    {
        server.Require();
        string schema = PostgreSqlServer.NewSchema();
        using var folder = new TemporaryFolder();
        await using var first = new CuttingProxy(server.Port);
        await using var second = new CuttingProxy(server.Port);
        using IHost writer = await StartAsync(folder.Root, server.ConnectionString(), schema);
        using IHost one = await StartAsync(folder.Root, server.ConnectionString(first.Port), schema);
        using IHost two = await StartAsync(folder.Root, server.ConnectionString(second.Port), schema);
        IHost[] nodes = [writer, one, two];
        await EditAsync(writer, 1);
        await Wait.UntilAsync(() => nodes.All(n => CountOf(n) == 1));

        for (int round = 0; round < 3; round++)
        {
            int before = CountOf(writer);
            first.Cut();
            second.Cut();
            await EditAsync(writer, before + 1);
            await EditAsync(writer, before + 2);
            await Assert.ThrowsAnyAsync<VaraiException>(() => EditAsync(one, 1000));

            // Readers go on with what they have.
            Assert.Equal((before, before), (CountOf(one), CountOf(two)));
            second.Heal();
            first.Heal();
            await Wait.UntilAsync(() => nodes.All(n => CountOf(n) == before + 2));
            await EditAsync(two, before + 3);
            await Wait.UntilAsync(() => nodes.All(n => CountOf(n) == before + 3));
        }

        string[] versions = await Task.WhenAll(nodes.Select(async n => (await n.Services.GetRequiredService<IFeatureFlagEditor>().GetAsync(Token)).Version));
        Assert.Single(versions.Distinct(StringComparer.Ordinal));
        foreach (IHost node in nodes)
            await node.StopAsync(Token);
    }

    [Fact]
    public async Task Watches_that_were_cut_off_miss_nothing_and_repeat_nothing()
    {
        server.Require();
        string schema = PostgreSqlServer.NewSchema();
        await using var proxy = new CuttingProxy(server.Port);
        await using PostgreSqlStateStore writer = Nodes.Open(server.ConnectionString(), schema);
        await using PostgreSqlStateStore reader = Nodes.Open(server.ConnectionString(proxy.Port), schema);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Wait.Patience);
        await reader.GetRevisionAsync(Token); // a watch that finds no server at its begin says so; this one is cut off later
        Task<List<long>> watching = CollectAsync(reader.WatchAsync(0, limit.Token), 60);
        for (int i = 0; i < 60; i++)
        {
            if (i % 20 == 5)
                proxy.Cut();
            if (i % 20 == 15)
                proxy.Heal();
            await writer.CommitAsync(new StateTransaction().Append("s", default), Token);
        }

        Assert.Equal(Enumerable.Range(1, 60).Select(i => (long)i), await watching);
    }

    [Fact]
    public async Task Eight_writers_to_one_key_have_exactly_one_winner_of_each_version()
    {
        server.Require();
        const int Versions = 40;
        string schema = PostgreSqlServer.NewSchema();
        var winners = new List<(long Version, int Writer)>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                await using PostgreSqlStateStore store = Nodes.Open(server.ConnectionString(), schema);
                long version;
                do
                {
                    StateDocument? head = await store.GetAsync("head", Token);
                    version = (head?.Version ?? 0) + 1;
                    byte[] content = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{version} {writer}"));
                    try
                    {
                        await store.CommitAsync(new StateTransaction().Put("head", content, version - 1).Append("journal", content, version - 1), Token);
                        lock (winners)
                            winners.Add((version, writer));
                    }
                    catch (StateConflictException)
                    {
                        // Another was faster.
                        continue;
                    }
                }
                while (version < Versions);
            },
            Token)));
        await using PostgreSqlStateStore after = Nodes.Open(server.ConnectionString(), schema);
        var journal = new List<string>();
        await foreach (StreamEntry entry in after.ReadStreamAsync(new StreamQuery("journal"), Token))
            journal.Add(Encoding.UTF8.GetString(entry.Content.Span));

        // One winner for each version, and what it wrote is what was kept.
        Assert.Equal(winners.OrderBy(w => w.Version).Select(w => string.Create(CultureInfo.InvariantCulture, $"{w.Version} {w.Writer}")), journal);
        Assert.Equal(Enumerable.Range(1, journal.Count).Select(i => (long)i), winners.Select(w => w.Version).Order());
        Assert.True(journal.Count >= Versions);
    }

    [Fact]
    public async Task Lease_is_not_taken_over_while_a_commit_relies_on_it()
    {
        server.Require();
        string schema = PostgreSqlServer.NewSchema();
        await using PostgreSqlStateStore store = Nodes.Open(server.ConnectionString(), schema);
        Lease lease = (await store.Leases.TryAcquireAsync("l", "a", TimeSpan.FromMinutes(1), Token))!;
        for (int i = 0; i < 30; i++)
        {
            Task<StateCommit> late = store.CommitAsync(new StateTransaction().Put("k", default).Require(lease), Token);
            await server.ExecuteAsync($"UPDATE \"{schema}\".leases SET expires = '-infinity'", Token);
            Task<Lease?> taking = store.Leases.TryAcquireAsync("l", "b", TimeSpan.FromMinutes(1), Token);
            Lease? next = await taking;
            Assert.NotNull(next);
            long seen = await store.GetRevisionAsync(Token);
            try
            {
                // When it succeeded, then before the other got the lease.
                Assert.True((await late).Revision <= seen);
            }
            catch (LeaseLostException)
            {
                Assert.Equal(seen, await store.GetRevisionAsync(Token));
            }

            lease = next;
        }
    }

    private static async Task<List<long>> CollectAsync(IAsyncEnumerable<StateChange> changes, int count)
    {
        var versions = new List<long>();
        await foreach (StateChange change in changes)
        {
            versions.Add(change.Version);
            if (versions.Count == count)
                break;
        }

        return versions;
    }

    private static async Task<IHost> StartAsync(string contentRoot, string connectionString, string schema, Action<PostgreSqlStateOptions>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = contentRoot, EnvironmentName = "production" });
        builder.AddVarai()
            .UsePostgreSqlState(
                connectionString,
                o =>
                {
                    o.Schema = schema;
                    configure?.Invoke(o);
                })
            .UseStateFeatureFlags();
        IHost host = builder.Build();
        await host.StartAsync(Token);
        return host;
    }

    private static Task EditAsync(IHost node, int count) =>
        node.Services.GetRequiredService<IFeatureFlagEditor>().ApplyAsync(
            new FeatureFlagEdit("tester", "counting").Set("counted", string.Create(CultureInfo.InvariantCulture, $$"""{ "enabled": {{(count % 2 == 0 ? "true" : "false")}}, "parameters": { "count": {{count}} } }""")),
            Token);

    private static int CountOf(IHost node) =>
        node.Services.GetRequiredService<IVaraiEnvironment>().GetFeatureParameters("counted").Get("count", 0);

    private async Task ChangeFlagAsync(string connectionString, Action<PostgreSqlStateOptions>? configure)
    {
        string schema = PostgreSqlServer.NewSchema();
        using var folder = new TemporaryFolder();
        using IHost editor = await StartAsync(folder.Root, connectionString, schema, configure);
        string mode = configure is null ? "listen" : "poll";
        using CrashHostProcess first = CrashHostProcess.Start("postgresql-flag", connectionString, schema, folder.Root, "counted", mode);
        using CrashHostProcess second = CrashHostProcess.Start("postgresql-flag", connectionString, schema, folder.Root, "counted", mode);
        CrashHostProcess[] others = [first, second];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Wait.Patience);
        foreach (CrashHostProcess other in others)
            Assert.Equal("ready", await other.ReadLineAsync(limit.Token));

        var times = new List<TimeSpan>();
        for (int i = 1; i <= 12; i++)
        {
            await EditAsync(editor, i);
            long start = TimeProvider.System.GetTimestamp();
            string[] seen = await Task.WhenAll(others.Select(o => o.ReadLineAsync(limit.Token)));
            times.Add(TimeProvider.System.GetElapsedTime(start));
            Assert.Equal([$"{i} {i % 2 == 0}", $"{i} {i % 2 == 0}"], seen);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seen by both after {string.Join(", ", times.Select(t => $"{t.TotalMilliseconds:F0} ms"))}");

        // The first also waits for what a process does once: compiling the evaluation.
        Assert.All(times.Skip(1), t => Assert.InRange(t, TimeSpan.Zero, OneSecond));
    }
}
