using System.Globalization;
using Varai.PostgreSql.Tests.Server;
using Varai.Tests.State;

namespace Varai.PostgreSql.Tests.Data;

/// <summary>Kills a process that moves versions of a database, again and again: the target is one version as a whole, the one that was
/// acknowledged last or the next, and the next process goes on.</summary>
public sealed class PostgreSqlDataCrashTests(PostgreSqlServer server)
{
    private const int Kills = 32;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_killed_32_times_leaves_the_old_or_the_new_and_goes_on()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        await using PostgreSqlDataWorld world = await PostgreSqlDataWorld.CreateAsync(server);
        await world.ExecuteAsync("staging", """
            CREATE TABLE a (id int PRIMARY KEY, version bigint, text text); CREATE INDEX a_text ON a (text);
            CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a, version bigint);
            CREATE VIEW latest AS SELECT max(version) AS version FROM a;
            """);
        long acknowledged = 0;
        int resumed = 0;
        for (int i = 0; i <= Kills; i++)
        {
            using CrashHostProcess process = CrashHostProcess.Start(
                ["postgresql-data", world.Root, world.ConnectionString("staging"), world.ConnectionString("production"), .. IsHeld(i) ? ["hold"] : Array.Empty<string>()]);
            Assert.Equal("ready", await process.ReadLineAsync(Token));
            bool isLast = i == Kills;

            // What was cut off is finished by the next process, every third time before that is killed too.
            if (isLast || i % 3 == 2)
                Count(await process.ReadLineAsync(Token));
            if (IsHeld(i))
            {
                while (await process.ReadLineAsync(Token) is var line && line != "copying")
                    Count(line);
            }
            else if (!isLast)
            {
                Spin(random.NextDouble() * 700);
            }

            process.Kill();
            foreach (string line in await process.ReadRestAsync(Token))
                Count(line);
            long version = await ReadAsync(world);
            Assert.True(version >= acknowledged && version <= acknowledged + 1, $"With seed {seed}: {version} is there, {acknowledged} was acknowledged.");
        }

        Assert.True(acknowledged >= Kills / 3, "it made progress between the kills");
        Assert.True(resumed >= Kills / 9, "what was cut off was gone on with");

        // The last was killed too: the next one cleans up.
        await world.MoveAsync();
        Assert.Empty(await world.LeftoversAsync("production"));

        void Count(string line)
        {
            acknowledged = CrashHostProcess.ParseAcknowledged(line) ?? acknowledged;
            resumed += line.EndsWith("resumed", StringComparison.Ordinal) ? 1 : 0;
        }
    }

    private static async Task<long> ReadAsync(PostgreSqlDataWorld world)
    {
        if (await world.QueryAsync("production", "SELECT 1 FROM pg_views WHERE schemaname = 'public'") is [])
            return 0;
        List<string> rows = await world.QueryAsync("production", """
            SELECT (SELECT count(*) FROM a) = 2000 AND (SELECT count(*) FROM b) = 2000 AND (SELECT min(version) FROM a) = (SELECT max(version) FROM b) AND (SELECT max(version) FROM a) = (SELECT min(version) FROM b)
                AND (SELECT count(*) FROM pg_index WHERE indrelid IN ('a'::regclass, 'b'::regclass) AND indisvalid) = 3 AND (SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated AND conrelid = 'b'::regclass) = 1,
                (SELECT version FROM latest)
            """);
        string[] values = rows[0].Split('\t');
        Assert.Equal("t", values[0]);
        return long.Parse(values[1], CultureInfo.InvariantCulture);
    }

    // Cut off for certain, in the midst of copying; the next process is waited for, and has to go on with it.
    private static bool IsHeld(int kill) => kill % 9 == 1;

    private static void Spin(double milliseconds)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start).TotalMilliseconds < milliseconds)
            Thread.Yield();
    }
}
