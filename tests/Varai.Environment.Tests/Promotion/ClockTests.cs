using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Varai.Promotion;
using Varai.Promotion.Store;
using Varai.State;

namespace Varai.Tests.Promotion;

/// <summary>A node whose clock is not that of the state store, or jumps.</summary>
public sealed class ClockTests : IAsyncDisposable
{
    private readonly PromotionHarness _harness = new PromotionHarness().Environments("""{ "a": { "x": 1 } }""", "{}", "{}");

    [Theory]
    [InlineData(0, false)]
    [InlineData(5, false)]
    [InlineData(6, true)]
    [InlineData(-5, false)]
    [InlineData(-3600, true)]
    public async Task Promote_WhereTheStoresClockIsApart_GoesAndWarns(int seconds, bool warns)
    {
        var clock = new FakeTimeProvider(_harness.Clock.GetUtcNow() + TimeSpan.FromSeconds(seconds));
        var state = new InMemoryStateStore(new StateOptions(), clock);
        await _harness.StartAsync(state: state);

        PromotionRecord record = await _harness.PromoteAsync("development", "staging");

        Assert.Equal(PromotionState.Succeeded, record.State);
        Assert.Equal(warns, _harness.Logs.GetSnapshot().Any(l => l.Id.Id == 1406 && l.Level == LogLevel.Warning));
    }

    // The store's clock counts: what its holder's clock says does not bring an ended lease back.
    [Fact]
    public async Task Renew_AfterTheStoresClockHasJumpedPastTheEnd_IsRefused()
    {
        var clock = new FakeTimeProvider(_harness.Clock.GetUtcNow());
        var state = new InMemoryStateStore(new StateOptions(), clock);
        await _harness.StartAsync(state: state, configure: b => b.AddPromotionCheck("jump", "staging", (_, _) =>
        {
            clock.Advance(TimeSpan.FromMinutes(5));
            return new(EnvironmentCheckResult.Unhealthy("not yet"));
        }), options: o => o.CheckInterval = TimeSpan.Zero);

        LeaseLostException lost = await Assert.ThrowsAsync<LeaseLostException>(() => _harness.PromoteAsync("development", "staging"));

        Assert.Equal((PromotionStore.LeaseOf("staging"), 1L), (lost.Lease.Name, lost.Lease.Token));
    }

    public ValueTask DisposeAsync() => _harness.DisposeAsync();
}
