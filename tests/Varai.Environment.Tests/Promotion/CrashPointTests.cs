using Microsoft.Extensions.DependencyInjection;
using Varai.Promotion;
using Varai.State;
using Varai.Tests.Configuration;

namespace Varai.Tests.Promotion;

/// <summary>Ends the process, as far as the state store can tell, before and after each of its writes, and starts another on what is left.</summary>
public sealed class CrashPointTests
{
    private const string Before = """{ "a": { "x": 2 }, "b": { "y": 2 } }""";
    private const string After = """{ "a": { "x": 1 }, "b": { "y": 1 } }""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Promote_DiesAtEachWrite_LeavesBeforeOrAfterAndAClosedRecord(bool diesAfterWriting, bool checkFails)
    {
        bool hasDied = true;
        int points = 0;
        var outcomes = new HashSet<string>(StringComparer.Ordinal);
        for (int writes = 0; hasDied; writes++)
        {
            await using PromotionHarness harness = new PromotionHarness().Environments(After, Before, "{}");
            InMemoryStateStore store = new(new StateOptions(), harness.Clock);
            void Check(VaraiBuilder b) => b.AddPromotionCheck("smoke", "staging", (_, _) => new(
                checkFails ? EnvironmentCheckResult.Unhealthy("500") : EnvironmentCheckResult.Healthy("ok")));
            await harness.StartAsync(o => o.CheckAttempts = 1, Check, store);
            PromotionPlan plan = await harness.PlanAsync("development", "staging");
            await harness.StopAsync();
            var dying = new DyingStateStore(store, writes, diesAfterWriting);
            await harness.StartAsync(o => o.CheckAttempts = 1, Check, dying);

            Exception? error = await Record.ExceptionAsync(() => harness.Engine.PromoteAsync(plan, cancellationToken: Token));
            hasDied = dying.HasDied;
            Assert.True(hasDied == error is not null, $"at {writes}: {error}");
            await harness.StopAsync();

            // The lease of a dead process runs out first.
            harness.Clock.Advance(TimeSpan.FromMinutes(1));
            await harness.StartAsync(o => o.CheckAttempts = 1, Check, store);
            await harness.EndAllAsync();
            PromotionRecord? record = (await harness.HistoryAsync("staging")).LastOrDefault();
            string now = harness.Read("staging.json");
            Assert.True(now is Before or After, $"at {writes}: {now}");
            Assert.True(record is null or { HasEnded: true }, $"at {writes}: {record}");
            Assert.Equal(record?.State == PromotionState.Succeeded, now == After);
            if (checkFails)
                Assert.NotEqual(PromotionState.Succeeded, record?.State);
            Assert.True((await harness.Audit.VerifyAuditAsync(Token)).IsIntact);
            Assert.True((await harness.Snapshots.VerifySnapshotsAsync("staging", Token)).IsIntact);
            Assert.Empty(await harness.Engine.RecoverAsync(Token));
            Assert.DoesNotContain(harness.Files, f => f.EndsWith(".tmp", StringComparison.Ordinal));

            // And it can be done again, or is done.
            if (!checkFails)
            {
                await harness.PromoteAsync("development", "staging");
                Assert.Equal(After, harness.Read("staging.json"));
            }

            outcomes.Add(record?.State.ToString() ?? "none");
            points++;
        }

        Assert.True(points > 10, $"only {points} points");
        Assert.Superset(new HashSet<string> { "none", "Failed", checkFails ? "RolledBack" : "Succeeded" }, outcomes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rollback_DiesAtEachWrite_IsDoneOrNot(bool diesAfterWriting)
    {
        bool hasDied = true;
        for (int writes = 0; hasDied; writes++)
        {
            await using PromotionHarness harness = new PromotionHarness().Environments(After, Before, "{}");
            InMemoryStateStore store = new(new StateOptions(), harness.Clock);
            await harness.StartAsync(state: store);
            PromotionRecord record = await harness.PromoteAsync("development", "staging");
            await harness.StopAsync();
            var dying = new DyingStateStore(store, writes, diesAfterWriting);
            await harness.StartAsync(state: dying);
            await Record.ExceptionAsync(() => harness.RollbackAsync(record.Id));
            hasDied = dying.HasDied;
            await harness.StopAsync();
            harness.Clock.Advance(TimeSpan.FromMinutes(1));
            await harness.StartAsync(state: store);
            await harness.EndAllAsync();

            PromotionRecord now = (await harness.Engine.FindAsync(record.Id, Token))!;
            Assert.True(now.State is PromotionState.Succeeded or PromotionState.RolledBack, $"at {writes}: {now}");
            Assert.Equal(now.State == PromotionState.RolledBack ? Before : After, harness.Read("staging.json"));
            Assert.All(await harness.HistoryAsync("staging"), r => Assert.True(r.HasEnded));
            Assert.Equal(now.State == PromotionState.RolledBack ? 1 : 0, (await harness.Control.GetHoldsAsync("staging", Token)).Count);
        }
    }

    [Fact]
    public async Task Start_AnInterruptedPromotion_IsFinishedByTheHost()
    {
        await using PromotionHarness harness = new PromotionHarness().Environments(After, Before, "{}");
        InMemoryStateStore store = new(new StateOptions(), harness.Clock);
        await harness.StartAsync(state: store);
        PromotionPlan plan = await harness.PlanAsync("development", "staging");
        await harness.StopAsync();
        for (int writes = 8; !(await harness.StartAsync(state: store)).Read("staging.json").Equals(After, StringComparison.Ordinal); writes++)
        {
            await harness.StopAsync();
            harness.Clock.Advance(TimeSpan.FromMinutes(1));
            await harness.StartAsync(state: new DyingStateStore(store, writes, diesAfterWriting: false));
            await Record.ExceptionAsync(() => harness.Engine.PromoteAsync(plan, cancellationToken: Token));
            await harness.StopAsync();
        }

        // The worker of the running host waits for the dead one's lease to run out.
        List<PromotionRecord> records;
        do
        {
            harness.Clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
            records = await harness.HistoryAsync("staging");
        }
        while (records.Count == 0 || records.Exists(r => !r.HasEnded));
        Assert.Equal(PromotionState.Succeeded, records[0].State);
    }

    [Fact]
    public async Task Recover_SomebodyHasSavedTheFileInBetween_TellsByTheValues()
    {
        await using PromotionHarness harness = new PromotionHarness().Environments(After, Before, "{}");
        InMemoryStateStore store = new(new StateOptions(), harness.Clock);
        await harness.StartAsync(state: store);
        PromotionPlan plan = await harness.PlanAsync("development", "staging");
        await harness.StopAsync();
        int writes = 8;
        while (harness.Read("staging.json") != After)
        {
            await harness.StartAsync(state: new DyingStateStore(store, writes++, diesAfterWriting: false));
            await Record.ExceptionAsync(() => harness.Engine.PromoteAsync(plan, cancellationToken: Token));
            await harness.StopAsync();
            harness.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        harness.Write("staging.json", """{ "a": { "x": 1 }, "b": { "y": 1 }, "edited": true }""");
        await harness.StartAsync(state: store);
        await harness.EndAllAsync();

        Assert.Equal(PromotionState.Succeeded, (await harness.HistoryAsync("staging"))[0].State);
        Assert.Equal("true", await harness.ValueAsync("staging", "edited"));
        await harness.RollbackAsync((await harness.HistoryAsync("staging"))[0].Id);
        Assert.Equal("""{ "a": { "x": 2 }, "b": { "y": 2 }, "edited": true }""", harness.Read("staging.json"));
    }
}
