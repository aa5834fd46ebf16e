using System.Globalization;
using Varai.Configuration;
using Varai.Tests.State;

namespace Varai.Tests.Configuration.History;

/// <summary>Kills a process that changes the configuration, again and again, and starts a service on what is left.</summary>
public sealed class ConfigurationCrashTests
{
    private const int KillsEach = 51;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_killed_100_times_tears_nothing_loses_nothing_and_keeps_its_author()
    {
        int seed = Random.Shared.Next();
        try
        {
            int[] kills = await Task.WhenAll(
                KillRepeatedlyAsync(new Random(seed), ".json", "{ \"shared\": { \"count\": 0 } }", "{\n  // counted\n  \"counters\": { \"first\": 0, \"second\": 0 }\n}\n"),
                KillRepeatedlyAsync(new Random(seed + 1), ".yaml", "shared:\n  count: 0\n", "counters: # counted\n  first: 0\n  second: 0\n"));
            Assert.True(kills.Sum() >= 100);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"With seed {seed}: {exception.Message}", exception);
        }
    }

    private static async Task<int> KillRepeatedlyAsync(Random random, string extension, string shared, string own)
    {
        await using var folder = new HistoryFolder { UsesSqlite = true };
        folder.Write($"base{extension}", shared);
        folder.Write($"production{extension}", own);
        long value = 0;
        for (int i = 0; i < KillsEach; i++)
            value = await KillOnceAsync(folder, random, value);
        Assert.True(value >= KillsEach / 2, "the process made progress between the kills");
        Assert.Contains("counted", folder.Read($"production{extension}"), StringComparison.Ordinal);
        return KillsEach;
    }

    private static async Task<long> KillOnceAsync(HistoryFolder folder, Random random, long before)
    {
        (long Own, long Shared) acknowledged = (before, 0);
        using (CrashHostProcess process = CrashHostProcess.Start("configure", folder.ContentRoot))
        {
            Assert.Equal("ready", await process.ReadLineAsync(Token));
            for (int i = random.Next(0, 5); i > 0; i--)
                acknowledged = Read(await process.ReadLineAsync(Token), acknowledged);
            Spin(random.NextDouble() * 15);
            process.Kill();
            foreach (string line in await process.ReadRestAsync(Token))
                acknowledged = Read(line, acknowledged);
        }

        return await CheckAsync(folder, acknowledged);
    }

    private static async Task<long> CheckAsync(HistoryFolder folder, (long Own, long Shared) acknowledged)
    {
        HistoryHost host = await folder.StartAsync();
        long first = Number(host, "counters:first");
        long shared = Number(host, "shared:count");
        Assert.Equal(first, Number(host, "counters:second"));

        // One change may have been in flight: made without having been acknowledged, or not made.
        Assert.InRange(first, acknowledged.Own, acknowledged.Own + 1);
        Assert.InRange(shared, Math.Max(acknowledged.Shared, 0), first);
        List<ConfigurationVersion> versions = await host.GetVersionsAsync();
        Assert.All(versions.Skip(1), v => Assert.Equal(("crasher", "counting", ConfigurationChangeSource.Update), (v.Author, v.Reason, v.Source)));
        Assert.Equal(host.Configuration.Current.ContentHash, versions[^1].ContentHash);
        Assert.Empty((await host.VerifyAsync()).Findings);
        Assert.True((await host.Configuration.ValidateAsync(cancellationToken: Token)).IsValid);
        Assert.DoesNotContain(Directory.GetFiles(folder.EnvironmentsFolder), f => f.EndsWith(".tmp", StringComparison.Ordinal));
        await host.DisposeAsync();
        return first;
    }

    private static (long Own, long Shared) Read(string line, (long Own, long Shared) known) => line.Split(' ') switch
    {
        ["ack", var number, "own"] => (Parse(number), known.Shared),
        ["ack", var number, "shared"] => (known.Own, Parse(number)),
        _ => known,
    };

    private static long Number(HistoryHost host, string key) => Parse(host.Value(key)!);

    private static long Parse(string number) => long.Parse(number, CultureInfo.InvariantCulture);

    private static void Spin(double milliseconds)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start).TotalMilliseconds < milliseconds)
            Thread.SpinWait(20);
    }
}
