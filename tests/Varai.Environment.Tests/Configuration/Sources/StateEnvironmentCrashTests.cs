using System.Globalization;
using Microsoft.Extensions.Hosting;
using Varai.Configuration;
using Varai.Tests.State;

namespace Varai.Tests.Configuration.Sources;

/// <summary>Kills a process that changes environments in the state store, again and again, and starts a service on what is left.</summary>
public sealed class StateEnvironmentCrashTests
{
    private const int Kills = 60;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_Killed60Times_TearsNothing_LosesNothing_AndKeepsItsAuthor()
    {
        int seed = Random.Shared.Next();
        await using var nodes = new StateNodes(_ => { });
        Directory.CreateDirectory(nodes.NodeRoot("one"));
        Write(nodes, "base.yaml", "shared:\n  count: 0\n");
        Write(nodes, "production.json", "{\n  // counted\n  \"counters\": { \"first\": 0, \"second\": 0 }\n}\n");
        try
        {
            var random = new Random(seed);
            (long Own, long Shared) known = (0, 0);
            for (int i = 0; i < Kills; i++)
                known = await KillOnceAsync(nodes, random, known);
            Assert.True(known.Own >= Kills / 2, "the process made progress between the kills");
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"With seed {seed}: {exception.Message}", exception);
        }
    }

    private static async Task<(long Own, long Shared)> KillOnceAsync(StateNodes nodes, Random random, (long Own, long Shared) before)
    {
        (long Own, long Shared) acknowledged = before;
        using (CrashHostProcess process = CrashHostProcess.Start("configure-state", nodes.NodeRoot("one")))
        {
            Assert.Equal("ready", await process.ReadLineAsync(Token));
            for (int i = random.Next(0, 5); i > 0; i--)
                acknowledged = Read(await process.ReadLineAsync(Token), acknowledged);
            Spin(random.NextDouble() * 15);
            process.Kill();
            foreach (string line in await process.ReadRestAsync(Token))
                acknowledged = Read(line, acknowledged);
        }

        IHost host = await nodes.StartAsync(options: o => o.Configuration.Watch = false);
        long first = Number(host, "counters:first");
        long shared = Number(host, "shared:count");
        Assert.Equal(first, Number(host, "counters:second"));

        // One change may have been in flight: made without having been acknowledged, or not made.
        Assert.InRange(first, acknowledged.Own, acknowledged.Own + 1);
        Assert.InRange(shared, acknowledged.Shared, first);
        List<ConfigurationVersion> versions = await StateNodes.VersionsAsync(host);
        Assert.All(versions.Skip(1), v => Assert.Equal(("crasher", "counting", ConfigurationChangeSource.Update), (v.Author, v.Reason, v.Source)));
        Assert.Equal(StateNodes.Of(host).Current.ContentHash, versions[^1].ContentHash);
        Assert.Empty((await StateNodes.Of(host).VerifyHistoryAsync(cancellationToken: Token)).Findings);
        Assert.Contains("counted", await StateNodes.TextAsync(host, "production.json"), StringComparison.Ordinal);
        await nodes.StopAsync(host);
        return (first, shared);
    }

    private static (long Own, long Shared) Read(string line, (long Own, long Shared) known) => line.Split(' ') switch
    {
        ["ack", var number, "own"] => (Parse(number), known.Shared),
        ["ack", var number, "shared"] => (known.Own, Parse(number)),
        _ => known,
    };

    private static void Write(StateNodes nodes, string file, string text)
    {
        string folder = Path.Combine(nodes.NodeRoot("one"), "config", "environments");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, file), text);
    }

    private static long Number(IHost host, string key) => Parse(StateNodes.Value(host, key)!);

    private static long Parse(string number) => long.Parse(number, CultureInfo.InvariantCulture);

    private static void Spin(double milliseconds)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start).TotalMilliseconds < milliseconds)
            Thread.SpinWait(20);
    }
}
