using System.Globalization;
using Varai.Tests.State;
using Varai.Tests.TestResources;

namespace Varai.Tests.Promotion;

/// <summary>Starts the crash host, lets it promote and roll back, kills it, and starts the next one on what is left.</summary>
internal static class PromotionKills
{
    /// <summary>A target in JSON with comments to keep: its extension and its text.</summary>
    public static readonly (string Extension, string Text) Json = (".json", "{\n  // counted\n  \"a\": { \"x\": 0 }, \"b\": { \"y\": 0 } /* both */\n}\n");

    public static readonly (string Extension, string Text) Yaml = (".yaml", "a: # counted\n  x: 0\nb:\n  y: 0 # both\n");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Kills as often as told; each start looks whether the target is as before or as after, and the records and audit whole.</summary>
    public static async Task RunAsync(
        TemporaryFolder folder, Random random, int kills, (string Extension, string Text) staging, params string[] arguments)
    {
        string target = folder.Write(Path.Combine("config", "environments", $"staging{staging.Extension}"), staging.Text);
        folder.Write(Path.Combine("config", "environments", "development.json"), """{ "a": { "x": 0 }, "b": { "y": 0 } }""");
        folder.Write(Path.Combine("config", "environments", "production.json"), "{}");
        (long From, long To) allowed = (0, 0);
        for (int i = 0; i < kills; i++)
            allowed = await KillOnceAsync(arguments, lines: i % 4, random, allowed);
        Assert.True(allowed.To >= kills / 3, "the process made progress between the kills");
        string text = await File.ReadAllTextAsync(target, Token);
        Assert.Contains("counted", text, StringComparison.Ordinal);
        Assert.Contains("both", text, StringComparison.Ordinal);
    }

    /// <returns>What the target may be at the next start.</returns>
    private static async Task<(long From, long To)> KillOnceAsync(string[] arguments, int lines, Random random, (long From, long To) allowed)
    {
        using CrashHostProcess process = CrashHostProcess.Start(arguments);
        string[] ready = (await process.ReadLineAsync(Token)).Split(' ', 4);
        Assert.Equal(("ready", "whole"), (ready[0], ready[3]));
        Assert.Equal(ready[1], ready[2]);
        long found = Parse(ready[1]);
        Assert.True(found == allowed.From || found == allowed.To, $"{found} is neither {allowed.From} nor {allowed.To}");
        allowed = (found, found);
        for (int i = 0; i < lines; i++)
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
