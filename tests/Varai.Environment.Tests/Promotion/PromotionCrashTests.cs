using System.Globalization;
using Varai.Tests.State;
using Varai.Tests.TestResources;

namespace Varai.Tests.Promotion;

/// <summary>Kills a process that promotes and rolls back, again and again; the next one finds the target before or after, and goes on.</summary>
public sealed class PromotionCrashTests
{
    private const int KillsEach = 151;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Promote_Killed300Times_TearsNothingAndIsAlwaysFinishedOrUndone()
    {
        int seed = Random.Shared.Next();
        try
        {
            int[] kills = await Task.WhenAll(
                KillRepeatedlyAsync(new Random(seed), ".json", "{\n  // counted\n  \"a\": { \"x\": 0 }, \"b\": { \"y\": 0 } /* both */\n}\n"),
                KillRepeatedlyAsync(new Random(seed + 1), ".yaml", "a: # counted\n  x: 0\nb:\n  y: 0 # both\n"));
            Assert.True(kills.Sum() >= 300);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"With seed {seed}: {exception.Message}", exception);
        }
    }

    private static async Task<int> KillRepeatedlyAsync(Random random, string extension, string staging)
    {
        using var folder = new TemporaryFolder();
        string target = folder.Write(Path.Combine("config", "environments", $"staging{extension}"), staging);
        folder.Write(Path.Combine("config", "environments", "development.json"), """{ "a": { "x": 0 }, "b": { "y": 0 } }""");
        folder.Write(Path.Combine("config", "environments", "production.json"), "{}");
        (long From, long To) allowed = (0, 0);
        for (int i = 0; i < KillsEach; i++)
            allowed = await KillOnceAsync(folder.Root, random, allowed);
        Assert.True(allowed.To >= KillsEach / 2, "the process made progress between the kills");
        string text = await File.ReadAllTextAsync(target, Token);
        Assert.Contains("counted", text, StringComparison.Ordinal);
        Assert.Contains("both", text, StringComparison.Ordinal);
        return KillsEach;
    }

    /// <returns>What the target may be at the next start.</returns>
    private static async Task<(long From, long To)> KillOnceAsync(string root, Random random, (long From, long To) allowed)
    {
        using CrashHostProcess process = CrashHostProcess.Start("promote", root);
        string[] ready = (await process.ReadLineAsync(Token)).Split(' ', 4);
        Assert.Equal(("ready", "whole"), (ready[0], ready[3]));
        Assert.Equal(ready[1], ready[2]);
        long found = Parse(ready[1]);
        Assert.True(found == allowed.From || found == allowed.To, $"{found} is neither {allowed.From} nor {allowed.To}");
        allowed = (found, found);
        for (int i = random.Next(0, 4); i > 0; i--)
            allowed = Read(await process.ReadLineAsync(Token), allowed);
        Spin(random.NextDouble() * 25);
        process.Kill();
        foreach (string line in await process.ReadRestAsync(Token))
            allowed = Read(line, allowed);
        return allowed;
    }

    // A line that the kill cut short said nothing.
    private static (long From, long To) Read(string line, (long From, long To) known) => line.Split(' ') switch
    {
        ["begin", var from, { Length: > 0 } to] => (Parse(from), Parse(to)),
        ["done", var now, { Length: 32 }] => (Parse(now), Parse(now)),
        _ => known,
    };

    private static long Parse(string number) => long.Parse(number, CultureInfo.InvariantCulture);

    private static void Spin(double milliseconds)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start).TotalMilliseconds < milliseconds)
            Thread.SpinWait(20);
    }
}
