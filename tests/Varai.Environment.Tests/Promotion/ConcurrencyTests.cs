using Microsoft.Extensions.DependencyInjection;
using Varai.Configuration;
using Varai.Promotion;
using Varai.Promotion.Store;
using Varai.State;

namespace Varai.Tests.Promotion;

public sealed class ConcurrencyTests : IAsyncDisposable
{
    private readonly PromotionHarness _harness = new PromotionHarness().Environments("""{ "a": { "x": 1 } }""", """{ "a": { "x": 2 } }""", "{}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Promote_8AtOnceWithOnePlan_OneWins()
    {
        await _harness.StartAsync();
        PromotionPlan plan = await _harness.PlanAsync("development", "staging");

        Exception?[] errors = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Record.ExceptionAsync(() => _harness.Engine.PromoteAsync(plan, cancellationToken: Token)).AsTask(), Token)));

        Assert.Single(errors, e => e is null);
        Assert.All(errors.Where(e => e is not null), e => Assert.True(e is PromotionInProgressException or PromotionStaleException, e!.ToString()));
        Assert.Single(await _harness.HistoryAsync("staging"), r => r.State == PromotionState.Succeeded);
    }

    [Fact]
    public async Task Promote_WhileAnotherRuns_IsRefusedWithItsId()
    {
        var checking = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await _harness.StartAsync(configure: b => b.AddPromotionCheck("smoke", "staging", async (_, _) =>
        {
            checking.TrySetResult();
            await go.Task;
            return EnvironmentCheckResult.Healthy("ok");
        }));
        Task<PromotionRecord> first = _harness.PromoteAsync("development", "staging");
        await checking.Task;

        PromotionInProgressException refused = await Assert.ThrowsAsync<PromotionInProgressException>(() => _harness.PromoteAsync("development", "staging"));
        go.SetResult();

        Assert.Equal((await first).Id, refused.RecordId);
        Assert.True(refused.IsTransient);
    }

    [Fact]
    public async Task Promote_WhileAnotherRuns_WaitsIfItMay()
    {
        var checking = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await _harness.StartAsync(o => o.LockWait = TimeSpan.FromMinutes(1), b => b.AddPromotionCheck("smoke", "staging", async (_, _) =>
        {
            checking.TrySetResult();
            await go.Task;
            return EnvironmentCheckResult.Healthy("ok");
        }));
        Task<PromotionRecord> first = _harness.PromoteAsync("development", "staging");
        await checking.Task;
        PromotionPlan plan = await _harness.PlanAsync("development", "staging");
        Task<PromotionRecord> second = _harness.Engine.PromoteAsync(plan, cancellationToken: Token);
        go.SetResult();
        await first;

        await Varai.Tests.Configuration.ConfigurationHost.UntilAsync(() =>
        {
            _harness.Clock.Advance(TimeSpan.FromMilliseconds(100));
            return second.IsCompleted;
        });

        Assert.Equal(PromotionState.Succeeded, (await second).State);
    }

    // A holder that was paused past the end of its lease: the commit of its change is refused, and the file is as it was.
    [Fact]
    public async Task Update_UnderALeaseThatWasLost_ChangesNothing()
    {
        await _harness.StartAsync();
        string before = _harness.Read("staging.json");
        Lease stale = (await _harness.State.Leases.TryAcquireAsync(PromotionStore.LeaseOf("staging"), "paused", TimeSpan.FromSeconds(30), Token))!;
        _harness.Clock.Advance(TimeSpan.FromSeconds(31));
        Lease current = (await _harness.State.Leases.TryAcquireAsync(PromotionStore.LeaseOf("staging"), "other", TimeSpan.FromSeconds(30), Token))!;

        await Assert.ThrowsAsync<LeaseLostException>(() => _harness.Configuration.UpdateAsync(
            new ConfigurationUpdate("paused", "late") { EnvironmentName = "staging", RequiredLease = stale }.Set("a:x", 9), Token));

        Assert.Equal(before, _harness.Read("staging.json"));
        await _harness.Configuration.UpdateAsync(
            new ConfigurationUpdate("other", "in time") { EnvironmentName = "staging", RequiredLease = current }.Set("a:x", 8), Token);
        Assert.Equal("8", await _harness.ValueAsync("staging", "a:x"));
    }

    [Fact]
    public async Task Promote_PausedPastItsLease_CantEndWhatAnotherHasTakenOver()
    {
        var harness = _harness;
        Lease? taken = null;
        bool hasPaused = false;
        await harness.StartAsync(configure: b => b.AddPromotionCheck("pause", "staging", async (_, token) =>
        {
            if (!hasPaused)
            {
                hasPaused = true;
                harness.Clock.Advance(TimeSpan.FromSeconds(9));
                harness.Clock.Advance(TimeSpan.FromSeconds(21.5));
                taken = await harness.State.Leases.TryAcquireAsync(PromotionStore.LeaseOf("staging"), "other", TimeSpan.FromSeconds(30), CancellationToken.None);
            }

            return EnvironmentCheckResult.Healthy("ok");
        }));

        Exception? error = await Record.ExceptionAsync(() => harness.PromoteAsync("development", "staging"));

        // Who took it over is the test, or the host's worker, which woke when the lease ran out.
        Assert.IsType<LeaseLostException>(error);
        if (taken is not null)
            await harness.State.Leases.ReleaseAsync(taken, Token);

        await harness.EndAllAsync();
        PromotionRecord record = Assert.Single(await harness.HistoryAsync("staging"));
        Assert.Equal(PromotionState.Succeeded, record.State);
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();
}
