using Microsoft.Extensions.DependencyInjection;
using Varai.Promotion;

namespace Varai.Tests.Promotion;

public sealed class GateTests : IAsyncDisposable
{
    private readonly PromotionHarness _harness = new PromotionHarness().Environments(
        """{ "a": { "x": 1, "key": "${secret:api}" } }""", """{ "a": { "x": 2 } }""", """{ "a": { "x": 3 } }""");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StageOrder_SkippingAStage_IsRefused()
    {
        await _harness.StartAsync();

        PromotionGateResult gate = Gate(await Refused(() => _harness.PromoteAsync("development", "production")), "stage-order");

        Assert.Contains("'production' follows 'staging', not 'development'", gate.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StageOrder_WithAnOverrideAndAReason_GoesAndIsRecorded()
    {
        _harness.Secrets.Set("api", "value");
        await _harness.StartAsync();

        PromotionRecord record = await _harness.Engine.PromoteAsync(
            new PromotionRequest("development", "production", "ann", "hotfix") { Overrides = [new("stage-order", "the shop is down")] }, cancellationToken: Token);

        Assert.Equal(PromotionState.Succeeded, record.State);
        PromotionGateResult gate = record.Gates.Single(g => g.Gate == "stage-order");
        Assert.Equal(PromotionGateState.Overridden, gate.State);
        Assert.Contains("overridden by ann: the shop is down", gate.Reason, StringComparison.Ordinal);
        Assert.Contains((await _harness.EventsAsync())[0].Gates, g => g.State == PromotionGateState.Overridden);
    }

    [Theory]
    [InlineData("no-such-gate", "why")]
    [InlineData("stage-order", " ")]
    public async Task Override_OfNoGateOrWithoutAReason_IsRefused(string gate, string reason)
    {
        await _harness.StartAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => _harness.Engine.PlanAsync(
            new PromotionRequest("development", "staging", "ann", "why") { Overrides = [new(gate, reason)] }, Token));
    }

    [Fact]
    public async Task Override_OfAGateThatCantBeOverridden_ChangesNothing()
    {
        await _harness.StartAsync();
        await _harness.Control.StopAsync("bob", "incident", Token);

        await Refused(() => _harness.Engine.PromoteAsync(
            new PromotionRequest("development", "staging", "ann", "why") { Overrides = [new("stop", "I know better")] }, cancellationToken: Token));
    }

    [Fact]
    public async Task StageOrder_ABranch_FollowsItsOwnStage()
    {
        _harness.Write("us.json", "{}");
        await _harness.StartAsync(o =>
        {
            o.Pipeline.Add("development");
            o.Pipeline.Add("staging");
            o.Pipeline.Add("production");
            o.Pipeline.Add("us after staging");
        });

        Assert.True(Gate((await _harness.PlanAsync("staging", "us")).Gates, "stage-order").IsPassed);
        Assert.False(Gate((await _harness.PlanAsync("production", "us")).Gates, "stage-order").IsPassed);
    }

    [Fact]
    public async Task Stop_HaltsAllPromotionsUntilResumed_AndNoRollback()
    {
        await _harness.StartAsync();
        PromotionRecord record = await _harness.PromoteAsync("development", "staging");
        await _harness.EditAsync("development", "a:x", "9");
        PromotionPlan plan = await _harness.PlanAsync("development", "staging");
        await _harness.Control.StopAsync("bob", "incident 12", Token);

        Assert.Contains("bob has stopped the pipeline: incident 12", Gate(await Refused(() => _harness.Engine.PromoteAsync(plan, cancellationToken: Token)), "stop").Reason, StringComparison.Ordinal);
        await Refused(() => _harness.PromoteAsync("staging", "production"));
        Assert.Equal("incident 12", (await _harness.Control.FindStopAsync(Token))?.Reason);
        Assert.Equal(PromotionState.Succeeded, (await _harness.RollbackAsync(record.Id)).State);

        await _harness.Control.ResumeAsync("bob", "it is over", Token);
        Assert.Null(await _harness.Control.FindStopAsync(Token));
        Assert.Equal([PromotionEventKind.Stopped, PromotionEventKind.Resumed], (await _harness.EventsAsync()).Select(e => e.Kind).Where(k => k is PromotionEventKind.Stopped or PromotionEventKind.Resumed));
    }

    [Fact]
    public async Task Stop_PressedWhileGatesAreAsked_StopsWhatIsAboutToBegin()
    {
        PromotionHarness harness = _harness;
        bool press = false;
        await harness.StartAsync(configure: b => b.AddPromotionGate("late", async (_, token) =>
        {
            if (press)
                await harness.Control.StopAsync("bob", "now", token);
            return PromotionGateResult.Open("ok");
        }));
        PromotionPlan plan = await harness.PlanAsync("development", "staging");
        press = true;

        PromotionException error = await Assert.ThrowsAsync<PromotionException>(() => harness.Engine.PromoteAsync(plan, cancellationToken: Token));

        Assert.Contains("stopped in this moment", error.Message, StringComparison.Ordinal);
        Assert.Equal("2", await harness.ValueAsync("staging", "a:x"));
        Assert.Empty(await harness.HistoryAsync("staging"));
    }

    [Fact]
    public async Task Approvals_CountPeopleWhoMayAndAreNotTheAuthor()
    {
        await _harness.StartAsync(o => o.Stages["staging"] = Stage(s =>
        {
            s.RequiredApprovals = 2;
            s.Approvers.Add("bob");
            s.Approvers.Add("cid");
            s.Approvers.Add("ann");
        }));
        PromotionPlan plan = await _harness.PlanAsync("development", "staging");

        await Assert.ThrowsAsync<PromotionException>(() => _harness.Engine.ApproveAsync(plan, "Ann", cancellationToken: Token));
        await Assert.ThrowsAsync<PromotionException>(() => _harness.Engine.ApproveAsync(plan, "mallory", cancellationToken: Token));
        await _harness.Engine.ApproveAsync(plan, "bob", "fine", Token);
        await _harness.Engine.ApproveAsync(plan, "Bob", "fine again", Token);
        Assert.Contains("Bob agreed, 2 of bob, cid, ann must", Gate(await Refused(() => _harness.Engine.PromoteAsync(plan, cancellationToken: Token)), "approvals").Reason, StringComparison.Ordinal);

        await _harness.Engine.ApproveAsync(plan, "cid", cancellationToken: Token);
        PromotionRecord record = await _harness.Engine.PromoteAsync(plan, cancellationToken: Token);

        Assert.Equal(["Bob", "cid"], record.Approvals.Select(a => a.Approver));
        Assert.Equal(["Bob", "cid"], (await _harness.EventsAsync()).Single(e => e.Kind == PromotionEventKind.Started).Approvals.Select(a => a.Approver));
    }

    [Fact]
    public async Task Approvals_OfAPlanThatChangesAfterwards_DoNotCount()
    {
        await _harness.StartAsync(o => o.Stages["staging"] = Stage(s => s.RequiredApprovals = 1));
        PromotionPlan plan = await _harness.PlanAsync("development", "staging");
        await _harness.Engine.ApproveAsync(plan, "bob", cancellationToken: Token);
        await _harness.EditAsync("development", "a:x", "666");

        await Assert.ThrowsAsync<PromotionStaleException>(() => _harness.Engine.PromoteAsync(plan, cancellationToken: Token));
        await Refused(async () => await _harness.Engine.PromoteAsync(await _harness.PlanAsync("development", "staging"), cancellationToken: Token));

        Assert.Equal("2", await _harness.ValueAsync("staging", "a:x"));
    }

    [Fact]
    public async Task Approvals_Expire()
    {
        await _harness.StartAsync(o => o.Stages["staging"] = Stage(s => s.RequiredApprovals = 1));
        PromotionPlan plan = await _harness.PlanAsync("development", "staging");
        await _harness.Engine.ApproveAsync(plan, "bob", cancellationToken: Token);
        _harness.Clock.Advance(TimeSpan.FromDays(1));

        await Refused(() => _harness.Engine.PromoteAsync(plan, cancellationToken: Token));
        await _harness.Engine.ApproveAsync(plan, "bob", cancellationToken: Token);

        Assert.Equal(PromotionState.Succeeded, (await _harness.Engine.PromoteAsync(plan, cancellationToken: Token)).State);
    }

    [Fact]
    public async Task Soak_CountsFromTheLastChangeOfTheComponents()
    {
        await _harness.StartAsync(o => o.Stages["production"] = Stage(s => s.SoakTime = TimeSpan.FromHours(24)));
        _harness.Secrets.Set("api", "value");
        await _harness.PromoteAsync("development", "staging");

        PromotionGateResult waiting = Gate((await _harness.PlanAsync("staging", "production")).Gates, "soak");
        Assert.Equal((PromotionGateState.Waiting, _harness.Clock.GetUtcNow().AddHours(24)), (waiting.State, waiting.OpensAt!.Value));

        _harness.Clock.Advance(TimeSpan.FromHours(23));
        await _harness.EditAsync("staging", "unrelated", "1");
        _harness.Clock.Advance(TimeSpan.FromHours(1));
        PromotionPlan plan = await _harness.PlanAsync("staging", "production", "a");
        Assert.True(Gate(plan.Gates, "soak").IsPassed, plan.ToString());

        await _harness.EditAsync("staging", "a:x", "5");
        Assert.False(Gate((await _harness.PlanAsync("staging", "production", "a")).Gates, "soak").IsPassed);
    }

    [Fact]
    public async Task Soak_TheClockIsSetBack_WaitsLongerAndNeverShorter()
    {
        await _harness.StartAsync(o => o.Stages["production"] = Stage(s => s.SoakTime = TimeSpan.FromHours(1)));
        await _harness.PromoteAsync("development", "staging");
        _harness.Clock.AdjustTime(_harness.Clock.GetUtcNow().AddDays(-1));

        Assert.False(Gate((await _harness.PlanAsync("staging", "production")).Gates, "soak").IsPassed);
    }

    [Fact]
    public async Task Records_TheClockIsSetBack_StayInTheirOrder()
    {
        await _harness.StartAsync();
        PromotionRecord first = await _harness.PromoteAsync("development", "staging");
        _harness.Clock.AdjustTime(_harness.Clock.GetUtcNow().AddDays(-1));
        PromotionRecord second = await _harness.PromoteAsync("development", "staging");

        Assert.Equal([second.Id, first.Id], (await _harness.HistoryAsync("staging")).Select(r => r.Id));
    }

    [Fact]
    public async Task Soak_AnUnrecordedSource_IsClosed()
    {
        await _harness.StartAsync(o => o.Stages["production"] = Stage(s => s.SoakTime = TimeSpan.FromHours(1)));
        await _harness.PromoteAsync("development", "staging");
        _harness.Write("staging.json", """{ "a": { "x": 8 } }""");

        Assert.Contains("not recorded since when", Gate((await _harness.PlanAsync("staging", "production")).Gates, "soak").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Freeze_InTheWindow_WaitsForItsEnd()
    {
        _harness.Clock.AdjustTime(new DateTimeOffset(2026, 11, 27, 15, 30, 0, TimeSpan.Zero)); // Friday, 16:30 in Vienna
        await _harness.StartAsync(o => o.Stages["staging"] = Stage(s => s.FreezeWindows.Add("0 16 * * FRI for 2.16:00:00 in Europe/Vienna")));

        PromotionGateResult gate = Gate(await Refused(() => _harness.PromoteAsync("development", "staging")), "freeze");
        Assert.Equal(new DateTimeOffset(2026, 11, 30, 7, 0, 0, TimeSpan.Zero), gate.OpensAt);
        _harness.Clock.AdjustTime(gate.OpensAt!.Value);

        Assert.Equal(PromotionState.Succeeded, (await _harness.PromoteAsync("development", "staging")).State);
    }

    [Fact]
    public async Task Secrets_ThatTheTargetLacks_AreNamed()
    {
        await _harness.StartAsync();
        await _harness.PromoteAsync("development", "staging");

        PromotionPlan plan = await _harness.PlanAsync("staging", "production");

        Assert.Equal(new PromotionSecretReference("api", "a:key", Exists: false), Assert.Single(plan.Secrets));
        Assert.Contains("'production' lacks api (a:key)", Gate(plan.Gates, "secrets").Reason, StringComparison.Ordinal);
        Assert.Null(Assert.Single((await _harness.PlanAsync("development", "staging")).Secrets).Exists);
    }

    [Fact]
    public async Task Custom_AGate_IsAskedAndItsFailureTellsNoValue()
    {
        await _harness.StartAsync(configure: b => b
            .AddPromotionGate("board", (context, _) => new(context.Plan.Reason == "release" ? PromotionGateResult.Closed("no ticket") : PromotionGateResult.Open("ok")))
            .AddPromotionGate("broken", (_, _) => throw new InvalidOperationException("s3cr3t")));

        PromotionPlan plan = await _harness.PlanAsync("development", "staging");

        Assert.Equal("no ticket", Gate(plan.Gates, "board").Reason);
        Assert.Equal("it failed with InvalidOperationException", Gate(plan.Gates, "broken").Reason);
    }

    [Fact]
    public async Task Custom_AGateThatNeverAnswers_IsClosedAfterItsTime()
    {
        var asked = new TaskCompletionSource();
        await _harness.StartAsync(configure: b => b.AddPromotionGate("slow", async (_, _) =>
        {
            asked.SetResult();
            await new TaskCompletionSource<int>().Task;
            return PromotionGateResult.Open("never");
        }));

        Task<PromotionPlan> planning = _harness.PlanAsync("development", "staging");
        await asked.Task;
        _harness.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("it did not answer within 00:00:10", Gate((await planning).Gates, "slow").Reason);
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    private static PromotionStageSettings Stage(Action<PromotionStageSettings> set)
    {
        var stage = new PromotionStageSettings();
        set(stage);
        return stage;
    }

    private static PromotionGateResult Gate(IReadOnlyList<PromotionGateResult> gates, string name) => gates.Single(g => g.Gate == name);

    private static async Task<IReadOnlyList<PromotionGateResult>> Refused(Func<Task> promote) =>
        (await Assert.ThrowsAsync<PromotionRefusedException>(promote)).Gates;
}
