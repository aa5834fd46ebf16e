using System.Globalization;
using System.Text;
using Varai.PostgreSql.State;
using Varai.PostgreSql.Tests.Server;
using Varai.State;
using Varai.Tests.State;

namespace Varai.PostgreSql.Tests.State;

/// <summary>Kills a process that commits, or its connection, again and again, and looks at what is left.</summary>
public sealed class PostgreSqlCrashTests(PostgreSqlServer server)
{
    private const int Documents = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commit_whose_process_is_killed_110_times_keeps_every_acknowledged_commit_and_no_half_one()
    {
        server.Require();
        int seed = Random.Shared.Next();
        try
        {
            int[] kills = await Task.WhenAll(KillRepeatedlyAsync(new Random(seed), 55), KillRepeatedlyAsync(new Random(seed + 1), 55));
            Assert.Equal(110, kills.Sum());
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"With seed {seed}: {exception.Message}", exception);
        }
    }

    [Fact]
    public async Task Commit_whose_connection_is_ended_by_the_server_100_times_loses_nothing_and_repeats_nothing()
    {
        server.Require();
        string schema = PostgreSqlServer.NewSchema();
        await using PostgreSqlStateStore store = Nodes.Open(server.ConnectionString(settings: $"Application Name={schema}"), schema);
        await store.GetRevisionAsync(Token);
        int ended = 0;
        int failed = 0;
        long number = 0;
        using var enough = new CancellationTokenSource();
        Task killing = Task.Run(
            async () =>
            {
                var random = new Random(4711);
                while (ended < 100)
                {
                    Spin(random.NextDouble() * 4);
                    ended += Convert.ToInt32(
                        await server.ExecuteAsync(
                            "SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1) AS ended", Token, schema),
                        CultureInfo.InvariantCulture);
                }

                await enough.CancelAsync();
            },
            Token);
        while (!enough.IsCancellationRequested)
        {
            try
            {
                StateCommit commit = await store.CommitAsync(Write(number + 1, number), Token);
                number++;
                Assert.Equal(number, commit.Revision);
            }
            catch (StateException e) when (e.IsTransient)
            {
                // Told that it was not kept, or may not have been: what is there says which.
                failed++;
                number = await Eventually(() => store.GetRevisionAsync(Token).AsTask());
            }
        }

        await killing;
        Assert.Equal(number, await CheckAsync(store, number));
        TestContext.Current.TestOutputHelper?.WriteLine($"{ended} connections ended, {number} commits, {failed} of them reported as failed first");
    }

    [Fact]
    public async Task Commit_from_three_processes_loses_no_update()
    {
        server.Require();
        string schema = PostgreSqlServer.NewSchema();
        await using PostgreSqlStateStore store = Nodes.Open(server.ConnectionString(), schema);
        using CrashHostProcess first = CrashHostProcess.Start("postgresql-increment", server.ConnectionString(), schema, "counter", "150");
        using CrashHostProcess second = CrashHostProcess.Start("postgresql-increment", server.ConnectionString(), schema, "counter", "150");
        using CrashHostProcess third = CrashHostProcess.Start("postgresql-increment", server.ConnectionString(), schema, "counter", "150");
        var versions = new List<long>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Wait.Patience);
        await foreach (StateChange change in store.WatchAsync(0, limit.Token))
        {
            versions.Add(change.Version);
            if (versions.Count == 450)
                break;
        }

        Assert.Equal(Enumerable.Range(1, 450).Select(i => (long)i), versions);
        Assert.Equal(string.Empty, await first.WaitAsync(Token) + await second.WaitAsync(Token) + await third.WaitAsync(Token));
        Assert.Equal("450", Encoding.UTF8.GetString((await store.GetAsync("counter", Token))!.Content.Span));
    }

    private static StateTransaction Write(long number, long expected)
    {
        byte[] content = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number} {new string((char)('a' + (number % 26)), 100)}"));
        var transaction = new StateTransaction();
        for (int i = 0; i < Documents; i++)
            transaction.Put($"doc/{i}", content, expected);
        return transaction.Append("journal", content, expected);
    }

    private static async Task<T> Eventually<T>(Func<Task<T>> read)
    {
        T result = default!;
        await Wait.UntilAsync(async _ =>
        {
            try
            {
                result = await read();
                return true;
            }
            catch (StateException e) when (e.IsTransient)
            {
                return false;
            }
        });
        return result;
    }

    private async Task<int> KillRepeatedlyAsync(Random random, int times)
    {
        string schema = PostgreSqlServer.NewSchema();
        long number = 0;
        for (int i = 0; i < times; i++)
            number = await KillOnceAsync(schema, random, number);
        Assert.True(number >= times / 2, "the host made progress between the kills");
        return times;
    }

    private async Task<long> KillOnceAsync(string schema, Random random, long before)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Wait.Patience);
        using CrashHostProcess host = CrashHostProcess.Start(
            "postgresql-commit", server.ConnectionString(), schema, Documents.ToString(CultureInfo.InvariantCulture));
        Assert.Equal("ready", await host.ReadLineAsync(limit.Token));
        long acknowledged = before;

        // At the first commits of a process, which open a connection and may make the tables, as well as at later ones.
        for (int i = random.Next(0, 8); i > 0; i--)
            acknowledged = CrashHostProcess.ParseAcknowledged(await host.ReadLineAsync(limit.Token)) ?? acknowledged;
        Spin(random.NextDouble() * 3);
        host.Kill();
        acknowledged = Math.Max(acknowledged, await host.ReadLastAcknowledgedAsync(limit.Token));
        await using PostgreSqlStateStore store = Nodes.Open(server.ConnectionString(), schema);
        return await CheckAsync(store, acknowledged);
    }

    private static async Task<long> CheckAsync(PostgreSqlStateStore store, long acknowledged)
    {
        // The server may still be at the last commit of the process that is gone; one more takes its turn after it.
        await store.CommitAsync(new StateTransaction().Expect("none", 0), Token);
        var numbers = new List<long>();
        await foreach (StateDocument document in store.ListAsync("doc/", Token))
        {
            numbers.Add(ReadNumber(document.Content.Span));
            Assert.Equal(numbers[^1], document.Version);
            Assert.Equal(numbers[^1], document.Revision);
        }

        long journal = 0;
        await foreach (StreamEntry entry in store.ReadStreamAsync(new StreamQuery("journal"), Token))
        {
            journal++;
            Assert.Equal((journal, journal), (entry.Sequence, ReadNumber(entry.Content.Span)));
        }

        // The one in flight may have become durable before its acknowledgement could be written.
        Assert.InRange(journal, acknowledged, acknowledged + 1);
        Assert.Equal(Enumerable.Repeat(journal, journal == 0 ? 0 : Documents), numbers);
        Assert.Equal(journal, await store.GetRevisionAsync(Token));
        return journal;
    }

    private static long ReadNumber(ReadOnlySpan<byte> content)
    {
        int space = content.IndexOf((byte)' ');
        long number = long.Parse(content[..space], CultureInfo.InvariantCulture);
        Assert.False(content[(space + 1)..].ContainsAnyExcept((byte)('a' + (number % 26))), Encoding.UTF8.GetString(content));
        return number;
    }

    private static void Spin(double milliseconds)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start).TotalMilliseconds < milliseconds)
            Thread.SpinWait(20);
    }
}
