using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Stores;
using Varai.State;
using Varai.Tests.State;

namespace Varai.Tests.FeatureFlags.Stores;

/// <summary>Kills a process that edits flags in the state store, again and again, and reads what is left.</summary>
public sealed class StateFlagCrashTests
{
    private const int KillsEach = 31;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apply_killed_60_times_loses_no_edit_tears_no_set_and_has_the_history_of_it()
    {
        int seed = Random.Shared.Next();
        try
        {
            await Task.WhenAll(KillRepeatedlyAsync(new Random(seed)), KillRepeatedlyAsync(new Random(seed + 1)));
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"With seed {seed}: {exception.Message}", exception);
        }
    }

    private static async Task KillRepeatedlyAsync(Random random)
    {
        using var folder = new StateFolder();
        long value = 0;
        for (int i = 0; i < KillsEach; i++)
            value = await KillOnceAsync(folder, random, value);
        Assert.True(value >= KillsEach / 2, "the process made progress between the kills");
    }

    private static async Task<long> KillOnceAsync(StateFolder folder, Random random, long before)
    {
        long acknowledged = before;
        using (CrashHostProcess process = CrashHostProcess.Start("flags", folder.Root))
        {
            Assert.Equal("ready", await process.ReadLineAsync(Token));
            for (int i = random.Next(0, 5); i > 0; i--)
                acknowledged = CrashHostProcess.ParseAcknowledged(await process.ReadLineAsync(Token)) ?? acknowledged;
            Spin(random.NextDouble() * 10);
            process.Kill();
            acknowledged = Math.Max(acknowledged, await process.ReadLastAcknowledgedAsync(Token));
        }

        using SqliteStateStore state = folder.Open();
        using var store = new StateFeatureFlagStore(state, "production", TimeProvider.System, NullLogger<StateFeatureFlagStore>.Instance);
        return await CheckAsync(store, acknowledged);
    }

    private static async Task<long> CheckAsync(StateFeatureFlagStore store, long acknowledged)
    {
        FeatureFlagSet set = await store.LoadAsync(Token);
        long count = Count(set.Find("first")?.Parameters?.Find("count")?.Text);

        // One edit may have been in flight: made without having been acknowledged, or not made.
        Assert.InRange(count, acknowledged, acknowledged + 1);
        Assert.Equal(count, Count(set.Find("second")?.Parameters?.Find("count")?.Text));
        Assert.Equal(count, Count(set.FindSegment("third")?.Node.Find("users")?.Items[0].Text));

        // Reading the history checks its hashes, too.
        List<FeatureFlagRevision> revisions = await store.GetHistoryAsync(Token).ToListAsync(Token);
        Assert.Equal(count, revisions.Count);
        Assert.Equal(Enumerable.Range(0, revisions.Count).Select(i => $"counting {count - i}"), revisions.Select(r => r.Reason));
        Assert.All(revisions, r => Assert.Equal(3, r.Changes.Count));
        Assert.Equal(count == 0 ? "0" : revisions[0].Version, set.Version);
        return count;
    }

    private static long Count(string? text) => text is null ? 0 : long.Parse(text, CultureInfo.InvariantCulture);

    private static void Spin(double milliseconds)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start).TotalMilliseconds < milliseconds)
            Thread.SpinWait(20);
    }
}
