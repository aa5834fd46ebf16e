using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Varai.Promotion;
using Varai.Promotion.Checks;

namespace Varai.Tests.Promotion;

public sealed class VerificationTests : IAsyncDisposable
{
    private readonly PromotionHarness _harness = new PromotionHarness().Environments("""{ "a": { "x": 1 } }""", """{ "a": { "x": 2 } }""", "{}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_ThatIsHealthy_IsInTheRecord()
    {
        await _harness.StartAsync(configure: b => b.AddPromotionCheck("smoke", "staging", (c, _) => new(EnvironmentCheckResult.Healthy($"{c.Environment} answers"))));

        PromotionRecord record = await _harness.PromoteAsync("development", "staging");

        EnvironmentCheckResult check = Assert.Single(record.Checks);
        Assert.Equal(("smoke", true, "staging answers", 1), (check.Check, check.IsHealthy, check.Reason, check.Attempts));
    }

    [Fact]
    public async Task Check_ThatFails_RollsBackByItselfAndSaysSo()
    {
        await _harness.StartAsync(o => o.CheckAttempts = 1, b => b.AddPromotionCheck("smoke", "staging", (_, _) => new(EnvironmentCheckResult.Unhealthy("500"))));
        string before = _harness.Read("staging.json");

        PromotionRecord record = await _harness.PromoteAsync("development", "staging");

        Assert.Equal(PromotionState.RolledBack, record.State);
        Assert.Contains("smoke is not healthy: 500", record.Failure, StringComparison.Ordinal);
        Assert.Equal(before, _harness.Read("staging.json"));
        PromotionRecord rollback = (await _harness.Engine.FindAsync(record.RolledBackBy!, Token))!;
        Assert.Equal((PromotionKind.Rollback, PromotionState.Succeeded, $"promotion:{record.Id}"), (rollback.Plan.Kind, rollback.State, rollback.Plan.Author));
        Assert.Single(await _harness.Control.GetHoldsAsync("staging", Token));
        Assert.Equal(
            [PromotionEventKind.Started, PromotionEventKind.Applied, PromotionEventKind.Checked, PromotionEventKind.Started, PromotionEventKind.Applied, PromotionEventKind.RolledBack],
            (await _harness.EventsAsync()).Select(e => e.Kind));
    }

    [Fact]
    public async Task Check_ThatFails_KeepsWhatSomebodyChangedMeanwhile()
    {
        PromotionHarness harness = _harness;
        await harness.StartAsync(o => o.CheckAttempts = 1, b => b.AddPromotionCheck("smoke", "staging", async (_, _) =>
        {
            await harness.EditAsync("staging", "a:y", "5");
            await harness.EditAsync("staging", "a:x", "77");
            return EnvironmentCheckResult.Unhealthy("500");
        }));
        harness.Write("development.json", """{ "a": { "x": 1, "z": 1 } }""");

        PromotionRecord record = await harness.PromoteAsync("development", "staging");

        Assert.Equal(PromotionState.RolledBack, record.State);
        Assert.Equal("5", await harness.ValueAsync("staging", "a:y"));
        Assert.Equal("77", await harness.ValueAsync("staging", "a:x"));
        Assert.Null(await harness.ValueAsync("staging", "a:z"));
    }

    [Fact]
    public async Task Check_IsTriedAgain()
    {
        int calls = 0;
        await _harness.StartAsync(o => o.CheckInterval = TimeSpan.Zero, b => b.AddPromotionCheck(
            "smoke", environment: null, (_, _) => ++calls < 3 ? throw new InvalidOperationException("s3cr3t") : new(EnvironmentCheckResult.Healthy("at last"))));

        PromotionRecord record = await _harness.PromoteAsync("development", "staging");

        Assert.Equal(PromotionState.Succeeded, record.State);
        Assert.Equal(3, Assert.Single(record.Checks).Attempts);
    }

    [Fact]
    public async Task Check_ThatNeverAnswers_FailsAfterItsTime()
    {
        var asked = new TaskCompletionSource();
        await _harness.StartAsync(o => o.CheckAttempts = 1, b => b.AddPromotionCheck("hangs", "staging", async (_, _) =>
        {
            asked.SetResult();
            await new TaskCompletionSource<int>().Task;
            return EnvironmentCheckResult.Healthy("never");
        }));

        Task<PromotionRecord> promoting = _harness.PromoteAsync("development", "staging");
        await asked.Task;
        _harness.Clock.Advance(TimeSpan.FromSeconds(10));
        PromotionRecord record = await promoting;

        Assert.Equal(PromotionState.RolledBack, record.State);
        Assert.Contains("no answer within 00:00:10", record.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_TheCallerGivesUp_IsFinishedByTheNextPromotion()
    {
        using var cancel = new CancellationTokenSource();
        int calls = 0;
        await _harness.StartAsync(o => o.CheckAttempts = 1, b => b.AddPromotionCheck("smoke", "staging", async (_, token) =>
        {
            if (++calls > 1)
                return EnvironmentCheckResult.Healthy("ok");
            await cancel.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return EnvironmentCheckResult.Healthy("never");
        }));
        PromotionPlan plan = await _harness.PlanAsync("development", "staging");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _harness.Engine.PromoteAsync(plan, cancellationToken: cancel.Token));
        await _harness.PromoteAsync("development", "staging");

        List<PromotionRecord> records = await _harness.HistoryAsync("staging");
        Assert.Equal(2, records.Count);
        Assert.All(records, r => Assert.Equal(PromotionState.Succeeded, r.State));
    }

    // A failed check of the source closes the way onward until somebody has looked.
    [Fact]
    public async Task Rollback_ThatWouldNotBeValid_NeedsAttentionAndClosesTheWayOnward()
    {
        PromotionHarness harness = _harness;
        await harness.StartAsync(o => o.CheckAttempts = 1, b => b.AddPromotionCheck("smoke", "staging", (_, _) =>
        {
            harness.Write("schemas/a.json", """{ "properties": { "x": { "const": 1 } } }""");
            return new(EnvironmentCheckResult.Unhealthy("500"));
        }));

        PromotionRecord record = await harness.PromoteAsync("development", "staging");

        Assert.Equal(PromotionState.NeedsAttention, record.State);
        Assert.Contains("could not be taken back", record.Failure, StringComparison.Ordinal);
        Assert.Contains((await harness.PlanAsync("staging", "production")).Gates, g => g is { Gate: "source", IsPassed: false });
    }

    [Theory]
    [InlineData(HttpStatusCode.NoContent, true)]
    [InlineData(HttpStatusCode.ServiceUnavailable, false)]
    public async Task HttpCheck_AsksTheAddress(HttpStatusCode status, bool healthy)
    {
        using var listener = new HttpListener();
        string address = $"http://127.0.0.1:{FreePort()}/";
        listener.Prefixes.Add(address);
        listener.Start();
        using var check = new HttpEnvironmentCheck("http", "staging", new Uri(address));

        Task<EnvironmentCheckResult> checking = check.CheckAsync(null!, Token).AsTask();
        HttpListenerContext asked = await listener.GetContextAsync();
        asked.Response.StatusCode = (int)status;
        asked.Response.Close();
        EnvironmentCheckResult result = await checking;

        Assert.Equal(healthy, result.IsHealthy);
        Assert.StartsWith(((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture), result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HttpCheck_NobodyAnswers_IsUnhealthy()
    {
        using var check = new HttpEnvironmentCheck("http", "staging", new Uri($"http://127.0.0.1:{FreePort()}/"));

        Assert.Equal("no answer: ConnectionError", (await check.CheckAsync(null!, Token)).Reason);
        Assert.False(check.AppliesTo("production"));
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();

    private static int FreePort()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
