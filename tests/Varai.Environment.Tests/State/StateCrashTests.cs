using System.Globalization;
using System.Text;
using Varai.State;

namespace Varai.Tests.State;

/// <summary>Kills a process that commits, again and again, and looks at what is left.</summary>
public sealed class StateCrashTests
{
    private const int Documents = 5;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commit_killed_200_times_keeps_every_acknowledged_commit_and_no_half_one()
    {
        int seed = Random.Shared.Next();
        try
        {
            // Two hosts at a time on folders of their own; the first kills of each meet the folder being made.
            int[] kills = await Task.WhenAll(
                KillRepeatedlyAsync(new Random(seed), existing: 90, fresh: 12),
                KillRepeatedlyAsync(new Random(seed + 1), existing: 90, fresh: 12));
            Assert.True(kills.Sum() >= 200);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"With seed {seed}: {exception.Message}", exception);
        }
    }

    [Fact]
    public async Task Commit_from_three_processes_loses_no_update()
    {
        using var folder = new StateFolder();
        using SqliteStateStore store = folder.Open();
        using CrashHostProcess first = CrashHostProcess.Start("increment", folder.Path, "counter", "150");
        using CrashHostProcess second = CrashHostProcess.Start("increment", folder.Path, "counter", "150");

        // This process watches meanwhile: it learns of the others' commits by polling.
        var versions = new List<long>();
        await foreach (StateChange change in store.WatchAsync(0, Token))
        {
            versions.Add(change.Version);
            if (versions.Count == 300)
                break;
        }

        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), versions);
        Assert.Equal(string.Empty, await first.WaitAsync(Token) + await second.WaitAsync(Token));
        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Equal("300", Encoding.UTF8.GetString((await store.GetAsync("counter", Token))!.Content.Span));
    }

    private static async Task<int> KillRepeatedlyAsync(Random random, int existing, int fresh)
    {
        for (int i = 0; i < fresh; i++)
        {
            using var newFolder = new StateFolder();
            await KillOnceAsync(newFolder, random, 0, atCreation: true);
        }

        using var folder = new StateFolder();
        long number = 0;
        for (int i = 0; i < existing; i++)
            number = await KillOnceAsync(folder, random, number, atCreation: false);
        Assert.True(number >= existing, "the host made progress between the kills");
        return existing + fresh;
    }

    private static async Task<long> KillOnceAsync(StateFolder folder, Random random, long before, bool atCreation)
    {
        using CrashHostProcess host = CrashHostProcess.Start("commit", folder.Path, Documents.ToString(CultureInfo.InvariantCulture));
        Assert.Equal("ready", await host.Output.ReadLineAsync(Token));
        long acknowledged = before;
        int target = atCreation ? 0 : random.Next(1, 9);
        for (int i = 0; i < target; i++)
            acknowledged = CrashHostProcess.ParseAcknowledged((await host.Output.ReadLineAsync(Token))!) ?? acknowledged;

        // A commit takes parts of a millisecond, making a store some tens of them: any moment in either may be hit.
        Spin(random.NextDouble() * (atCreation ? 60 : 2));
        host.Kill();
        acknowledged = Math.Max(acknowledged, await host.ReadLastAcknowledgedAsync(Token));
        return await CheckAsync(folder, acknowledged);
    }

    private static async Task<long> CheckAsync(StateFolder folder, long acknowledged)
    {
        using SqliteStateStore store = folder.Open();
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
        Assert.Equal("ok", folder.ExecuteRaw("PRAGMA integrity_check"));
        return journal;
    }

    // Contents say their number and then repeat one letter derived from it: a torn page would show another.
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
