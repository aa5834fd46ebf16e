using Microsoft.Extensions.DependencyInjection;
using Varai.Configuration;
using Varai.Promotion;
using Varai.State;
using Varai.Tests.TestResources;

namespace Varai.Tests.Promotion;

public sealed class SnapshotTests : IAsyncDisposable
{
    private readonly PromotionHarness _harness = new PromotionHarness().Environments(
        """{ "a": { "x": 1 } }""", """{ "a": { "x": 2 }, "b": { "y": 1 } }""", "{}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Snapshots_HaveAllComponentsBeforeAndAfter()
    {
        await _harness.StartAsync();
        PromotionRecord record = await _harness.PromoteAsync("development", "staging", "a");

        List<PromotionSnapshot> snapshots = await ListAsync("staging");

        Assert.Equal([(record.SnapshotAfter, false), (record.SnapshotBefore, true)], snapshots.Select(s => ((string?)s.Id, s.IsBefore)));
        Assert.All(snapshots, s => Assert.Equal(["a", "b"], s.Components.Keys));
        Assert.Equal(snapshots[0].Components["b"], snapshots[1].Components["b"]);
        Assert.Equal(
            ["~ a:x = 2 -> 1"],
            (await _harness.Snapshots.CompareAsync(record.SnapshotBefore!, record.SnapshotAfter!, Token)).Select(d => d.ToString()));
    }

    [Fact]
    public async Task Restore_ASnapshot_GivesItsValuesAndIsARecord()
    {
        await _harness.StartAsync();
        PromotionRecord record = await _harness.PromoteAsync("development", "staging", "a");
        await _harness.EditAsync("staging", "b:y", "9");

        PromotionRecord restored = await _harness.Snapshots.RestoreAsync(new PromotionRestore("staging", record.SnapshotBefore!, "ann", "back"), Token);

        Assert.Equal((PromotionKind.Restore, PromotionState.Succeeded), (restored.Plan.Kind, restored.State));
        Assert.Equal("""{ "a": { "x": 2 }, "b": { "y": 1 } }""", _harness.Read("staging.json"));
        await _harness.RollbackAsync(restored.Id);
        Assert.Equal("9", await _harness.ValueAsync("staging", "b:y"));
    }

    [Fact]
    public async Task Verify_EachBlobOfASnapshotDamagedInTurn_IsFound()
    {
        await _harness.StartAsync();
        PromotionRecord record = await _harness.PromoteAsync("development", "staging", "a");
        string[] blobs = [.. (await ListAsync("staging")).SelectMany(s => s.Components.Values.Append(s.Id)).Distinct()];
        foreach (string blob in blobs)
        {
            PromotionVerification found = await VerifyWithAsync(new TamperingStateStore(_harness.State, blob));
            Assert.Contains(found.Findings, f => f.Contains(blob, StringComparison.Ordinal));
            Assert.Contains(found.Findings, f => f.Contains(record.Id, StringComparison.Ordinal));
        }

        PromotionVerification whole = await _harness.Snapshots.VerifySnapshotsAsync("staging", Token);
        Assert.Equal((2, true), (whole.Checked, whole.IsIntact));
    }

    // The records are listed first; what they name may be gone when its turn comes.
    [Fact]
    public async Task Verify_RetentionRemovesRecordsMeanwhile_FindsNothing()
    {
        await _harness.StartAsync(o => o.KeepRecords = 1);
        PromotionRecord old = await _harness.PromoteAsync("development", "staging", "a");
        var interrupted = new InterruptedStateStore(_harness.State, async () =>
        {
            await _harness.EditAsync("development", "a:x", "11");
            await _harness.PromoteAsync("development", "staging", "a");
        });

        PromotionVerification found = await VerifyWithAsync(interrupted);

        Assert.True(interrupted.WasInterrupted);
        Assert.DoesNotContain(old.Id, (await _harness.HistoryAsync("staging")).Select(r => r.Id));
        Assert.False(await _harness.State.Blobs.ExistsAsync(BlobId.Parse(old.SnapshotBefore!), Token));
        Assert.Empty(found.Findings);
    }

    // One byte after another of the file that holds them: the store's own check, or ours, must find each that matters.
    [Fact]
    public async Task Verify_AByteChangedOnDisk_IsFound()
    {
        await using var host = new Varai.Tests.Configuration.ConfigurationHost { KeepsState = true };
        host.Write("development.json", $$"""{ "a": { "x": "{{new string('q', 300_000)}}" } }""");
        host.Write("staging.json", """{ "a": { "x": "y" } }""");
        host.Write("production.json", "{}");
        await host.StartAsync(b => b.AddPromotion());
        PromotionRecord record = await host.Services.GetRequiredService<IPromotionEngine>().PromoteAsync("development", "staging", ["a"], "ann", "why", Token);
        var snapshots = host.Services.GetRequiredService<IPromotionSnapshots>();
        Assert.True((await snapshots.VerifySnapshotsAsync("staging", Token)).IsIntact);
        BlobId damaged = BlobId.Parse((await ListAsync(snapshots, "staging"))[0].Components["a"]);

        await host.StopAsync();
        Assert.True(DamageOnDisk(host.ContentRoot), "the content was found on disk");
        await host.StartAsync(b => b.AddPromotion());
        snapshots = host.Services.GetRequiredService<IPromotionSnapshots>();

        PromotionVerification found = await snapshots.VerifySnapshotsAsync("staging", Token);
        Assert.Contains(found.Findings, f => f.Contains(record.Id, StringComparison.Ordinal) && f.Contains(damaged.ToString(), StringComparison.Ordinal));
        await Assert.ThrowsAsync<PromotionException>(() => snapshots.RestoreAsync(new PromotionRestore("staging", record.SnapshotAfter!, "ann", "why"), Token));
    }

    [Fact]
    public async Task Retention_KeepsTheNewestRecordsAndOnlyTheirBlobs()
    {
        await _harness.StartAsync(o => o.KeepRecords = 2);
        var all = new List<PromotionRecord>();
        for (int i = 0; i < 5; i++)
        {
            await _harness.EditAsync("development", "a:x", (i + 10).ToString(System.Globalization.CultureInfo.InvariantCulture));
            all.Add(await _harness.PromoteAsync("development", "staging", "a"));
        }

        Assert.Equal([all[4].Id, all[3].Id], (await _harness.HistoryAsync("staging")).Select(r => r.Id));
        Assert.False(await _harness.State.Blobs.ExistsAsync(BlobId.Parse(all[0].SnapshotBefore!), Token));
        Assert.True((await _harness.Snapshots.VerifySnapshotsAsync("staging", Token)).IsIntact);
        Assert.True((await _harness.Configuration.VerifyHistoryAsync("staging", Token)).IsIntact);
        await _harness.RollbackAsync(all[4].Id);
        Assert.Equal("13", await _harness.ValueAsync("staging", "a:x"));
        Assert.Equal(5 * 3, (await _harness.EventsAsync()).Count(e => e.Kind is PromotionEventKind.Started or PromotionEventKind.Applied or PromotionEventKind.Succeeded) - 2);
    }

    [Fact]
    public async Task Retention_KeepsAQuarterMoreAtTheMost()
    {
        await _harness.StartAsync(o => o.KeepRecords = 16);
        for (int i = 1; i <= 30; i++)
        {
            await _harness.EditAsync("development", "a:x", (i + 10).ToString(System.Globalization.CultureInfo.InvariantCulture));
            await _harness.PromoteAsync("development", "staging", "a");

            Assert.InRange((await _harness.HistoryAsync("staging")).Count, Math.Min(i, 16), 20);
        }
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("nonsense")]
    public async Task Restore_NoSuchSnapshot_SaysSo(string id)
    {
        await _harness.StartAsync();

        PromotionException error = await Assert.ThrowsAsync<PromotionException>(
            () => _harness.Snapshots.RestoreAsync(new PromotionRestore("staging", id, "ann", "why"), Token));

        Assert.Contains(id, error.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    private Task<List<PromotionSnapshot>> ListAsync(string environment) => ListAsync(_harness.Snapshots, environment);

    private static async Task<List<PromotionSnapshot>> ListAsync(IPromotionSnapshots snapshots, string environment)
    {
        var list = new List<PromotionSnapshot>();
        await foreach (PromotionSnapshot snapshot in snapshots.ListAsync(environment, Token))
            list.Add(snapshot);
        return list;
    }

    private static Task<PromotionVerification> VerifyWithAsync(IStateStore state)
    {
        var store = new Varai.Promotion.Store.PromotionStore(state);
        return new Varai.Promotion.PromotionSnapshots(store, new Varai.Promotion.Store.SnapshotStore(store), engine: null!).VerifySnapshotsAsync("staging", Token);
    }

    // One byte in every run of them, in whatever file of the store it lies.
    private static bool DamageOnDisk(string root)
    {
        byte[] needle = System.Text.Encoding.UTF8.GetBytes(new string('q', 1000));
        bool damaged = false;
        foreach (string file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(f => !f.Contains("environments", StringComparison.Ordinal)))
        {
            byte[] content = File.ReadAllBytes(file);
            int at = 0;
            while (content.AsSpan(at).IndexOf(needle) is >= 0 and var next)
            {
                at += next + needle.Length;
                content[at - 500] = (byte)'r';
                damaged = true;
            }

            File.WriteAllBytes(file, content);
        }

        return damaged;
    }
}
