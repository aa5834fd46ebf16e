using System.Globalization;
using Microsoft.Data.Sqlite;
using Varai.Tests.State;
using Varai.Tests.TestResources;

namespace Varai.Tests.Data;

/// <summary>Kills a process that moves versions of data, again and again: the target is one version as a whole, the one that was
/// acknowledged last or the next, and the next process goes on.</summary>
public sealed class DataCrashTests
{
    private const int KillsEach = 36;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_killed_108_times_leaves_the_old_or_the_new_and_goes_on()
    {
        int seed = Random.Shared.Next();
        try
        {
            await Task.WhenAll(
                Task.Run(() => KillRepeatedlyAsync("data-files", ReadFiles, new Random(seed)), Token),
                Task.Run(() => KillRepeatedlyAsync("data-whole", root => ReadRows(Path.Combine(root, "production.db")), new Random(seed + 1)), Token),
                Task.Run(() => KillRepeatedlyAsync("data-tables", root => ReadRows(Path.Combine(root, "staging.db")), new Random(seed + 2)), Token));
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"With seed {seed}: {exception.Message}", exception);
        }
    }

    private static async Task KillRepeatedlyAsync(string command, Func<string, long> read, Random random)
    {
        using var folder = new TemporaryFolder();
        long acknowledged = 0;
        int resumed = 0;
        for (int i = 0; i <= KillsEach; i++)
        {
            using CrashHostProcess process = CrashHostProcess.Start([command, folder.Root, .. IsHeld(i) ? ["hold"] : Array.Empty<string>()]);
            Assert.Equal("ready", await process.ReadLineAsync(Token));
            bool isLast = i == KillsEach;

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
                Spin(random.NextDouble() * 400);
            }

            process.Kill();
            foreach (string line in await process.ReadRestAsync(Token))
                Count(line);

            long version = read(folder.Root);
            Assert.InRange(version, acknowledged, acknowledged + 1);
        }

        Assert.True(acknowledged >= KillsEach / 3, "it made progress between the kills");
        Assert.True(resumed >= KillsEach / 9, "what was cut off was gone on with");

        void Count(string line)
        {
            acknowledged = CrashHostProcess.ParseAcknowledged(line) ?? acknowledged;
            resumed += line.EndsWith("resumed", StringComparison.Ordinal) ? 1 : 0;
        }
    }

    private static long ReadFiles(string root)
    {
        string target = Path.Combine(root, "files", "production");
        if (!Directory.Exists(target))
            return 0;
        string[] files = Directory.GetFiles(target, "*", SearchOption.AllDirectories);
        Assert.Equal(60, files.Length);
        long[] versions = [.. files.Select(f => long.Parse(File.ReadLines(f).First(), CultureInfo.InvariantCulture)).Where(v => v > 0).Distinct()];
        return Assert.Single(versions);
    }

    private static long ReadRows(string path)
    {
        if (!File.Exists(path))
            return 0;
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM a) = 3000 AND (SELECT count(*) FROM b) = 3000 AND (SELECT min(version) FROM a) = (SELECT max(version) FROM b) AND (SELECT max(version) FROM a) = (SELECT min(version) FROM b), (SELECT max(version) FROM a)";
        using SqliteDataReader reader = command.ExecuteReader();
        Assert.True(reader.Read());
        Assert.Equal(1, reader.GetInt64(0));
        long version = reader.GetInt64(1);
        reader.Close();
        command.CommandText = "PRAGMA integrity_check";
        Assert.Equal("ok", command.ExecuteScalar());
        return version;
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
