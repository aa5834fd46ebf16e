using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring;
using Varai.Monitoring.ServiceLevels;
using Varai.State;
using Varai.Tests.Hosting;
using Varai.Tests.Promotion;

namespace Varai.Tests.Monitoring.ServiceLevels;

public sealed class ServiceLevelServiceTests
{
    private static readonly MetricQuery All = MetricQuery.Of("requests");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 12, 0, 3, TimeSpan.Zero));
    private readonly TroubledStateStore _state;

    public ServiceLevelServiceTests() => _state = new TroubledStateStore(new InMemoryStateStore(new StateOptions(), _time));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ServiceLevelObjective Availability { get; } =
        new("availability", 0.9, ServiceLevelIndicator.GoodOf(All.Where("code", "200"), All)) { BurnRateWindows = [] };

    private static ServiceLevelObjective Errors { get; } =
        new("errors", 0.99, ServiceLevelIndicator.ErrorsOf(All.Where("code", "500"), All));

    private static ServiceLevelObjective Latency { get; } =
        new("latency", 0.95, ServiceLevelIndicator.AtMost(MetricQuery.Of("time"), 300));

    [Fact]
    public async Task GetStatus_OfEachIndicator_CountsEachEventOnce()
    {
        await using ServiceLevelHarness node = await ServiceLevelHarness.StartAsync(_time, _state, Availability, Errors, Latency);
        node.Metrics.Counter("requests");
        for (int i = 0; i < 20; i++)
        {
            node.Metrics.Record("requests", 9, ("code", "200"));
            node.Metrics.Record("requests", 1, ("code", i % 2 == 0 ? "500" : "404"));
            for (int v = 1; v <= 10; v++)
                node.Metrics.Record("time", v * 32);
            await node.PassAsync();
        }

        await node.PassAsync();

        Assert.Equal(new ServiceLevelCount(180, 200), node.Levels.GetStatus("availability").Events);
        Assert.Equal(new ServiceLevelCount(190, 200), node.Levels.GetStatus("errors").Events);
        Assert.Equal(new ServiceLevelCount(180, 200), node.Levels.GetStatus("latency").Events);
        Assert.Equal(["availability", "errors", "latency"], node.Levels.Objectives.Select(o => o.Name));
    }

    [Fact]
    public async Task GetStatus_ABudgetThatIsUsed_IsReckoned()
    {
        await using ServiceLevelHarness node = await ServiceLevelHarness.StartAsync(_time, _state, Availability, Errors);
        node.Metrics.Counter("requests");
        ServiceLevelStatus before = node.Levels.GetStatus("availability");
        Assert.Equal((null, null, 1, 0L), (before.IsMet, before.BudgetUsed, before.BudgetRemaining, before.BadEventsLeft));
        node.Metrics.Record("requests", 95, ("code", "200"));
        node.Metrics.Record("requests", 5, ("code", "500"));
        await node.PassAsync(2);

        ServiceLevelStatus half = node.Levels.GetStatus("availability");
        ServiceLevelStatus missed = node.Levels.GetStatus("errors");

        Assert.Equal((true, 5L), (half.IsMet, half.BadEventsLeft));
        Assert.Equal(0.5, half.BudgetUsed!.Value, 9);
        Assert.Equal((false, 0L), (missed.IsMet, missed.BadEventsLeft));
        Assert.Equal(-4, missed.BudgetRemaining, 9);
        Assert.Equal(_time.GetUtcNow(), half.At);
        Assert.Null(half.StoreFailure);
    }

    [Fact]
    public async Task GetStatus_ErrorsInAllWindows_Burn()
    {
        await using ServiceLevelHarness node = await ServiceLevelHarness.StartAsync(_time, _state, Errors);
        node.Metrics.Counter("requests");
        node.Metrics.Record("requests", 100, ("code", "500"));
        await node.PassAsync(2);

        BurnRate page = node.Levels.GetStatus("errors").BurnRates[0];

        Assert.True(page.IsBurning);
        Assert.Equal((100, 100, 7L), (Math.Round(page.LongRate!.Value), Math.Round(page.ShortRate!.Value), page.MinimumEvents));
        Assert.Equal(new ServiceLevelCount(0, 100), node.Levels.GetEvents("errors", TimeSpan.FromMinutes(1)));
        await node.PassAsync(40);
        Assert.False(node.Levels.GetStatus("errors").BurnRates[0].IsBurning); // the short window is over
        Assert.Null(node.Levels.GetStatus("errors").BurnRates[0].ShortRate);
    }

    [Fact]
    public async Task Stop_AndStartAgain_KeepsTheBudget()
    {
        await using (ServiceLevelHarness first = await ServiceLevelHarness.StartAsync(_time, _state, Availability))
        {
            first.Metrics.Counter("requests").Add(90, new KeyValuePair<string, object?>("code", "200"));
            first.Metrics.Record("requests", 10, ("code", "500"));
            _time.Advance(TimeSpan.FromSeconds(12));
            await first.StopAsync();
        }

        _time.Advance(TimeSpan.FromDays(2));
        await using ServiceLevelHarness second = await ServiceLevelHarness.StartAsync(_time, _state, Availability);
        Assert.Equal(new ServiceLevelCount(90, 100), second.Levels.GetStatus("availability").Events);

        second.Metrics.Counter("requests").Add(100, new KeyValuePair<string, object?>("code", "200"));
        await second.PassAsync(2);

        Assert.Equal(new ServiceLevelCount(190, 200), second.Levels.GetStatus("availability").Events);
        _time.Advance(TimeSpan.FromDays(28.5));
        await second.PassAsync();
        Assert.Equal(new ServiceLevelCount(100, 100), second.Levels.GetStatus("availability").Events); // the first are 30 days old
    }

    [Fact]
    public async Task Tick_TwoNodes_AddUp()
    {
        await using ServiceLevelHarness one = await ServiceLevelHarness.StartAsync(_time, _state, Availability);
        await using ServiceLevelHarness two = await ServiceLevelHarness.StartAsync(_time, _state, Availability);
        foreach (ServiceLevelHarness node in (ServiceLevelHarness[])[one, two])
            node.Metrics.Counter("requests").Add(50, new KeyValuePair<string, object?>("code", "200"));
        for (int i = 0; i < 14; i++)
        {
            await one.PassAsync();
            await two.Levels.TickAsync(Token);
        }

        Assert.Equal(new ServiceLevelCount(100, 100), one.Levels.GetStatus("availability").Events);
        Assert.Equal(new ServiceLevelCount(100, 100), two.Levels.GetStatus("availability").Events);
    }

    [Fact]
    public async Task Tick_AnotherNodeWritesInBetween_LosesNeither()
    {
        await using ServiceLevelHarness one = await ServiceLevelHarness.StartAsync(_time, _state, Availability);
        await using ServiceLevelHarness two = await ServiceLevelHarness.StartAsync(_time, _state, Availability);
        foreach (ServiceLevelHarness node in (ServiceLevelHarness[])[one, two])
            node.Metrics.Counter("requests").Add(50, new KeyValuePair<string, object?>("code", "200"));
        _time.Advance(TimeSpan.FromSeconds(12));
        _state.BeforeCommit = async () =>
        {
            _state.BeforeCommit = null;
            await two.StopAsync();
        };
        await one.StopAsync();

        await using ServiceLevelHarness three = await ServiceLevelHarness.StartAsync(_time, _state, Availability);
        Assert.Equal(new ServiceLevelCount(100, 100), three.Levels.GetStatus("availability").Events);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tick_AWriteThatFails_IsMadeUpForOnce(bool wasMade)
    {
        await using ServiceLevelHarness node = await ServiceLevelHarness.StartAsync(_time, _state, Availability);
        node.Metrics.Counter("requests").Add(50, new KeyValuePair<string, object?>("code", "200"));
        _state.Fail(wasMade);
        await node.PassAsync(8);
        Assert.Equal(wasMade ? null : "The disk is full.", node.Levels.GetStatus("availability").StoreFailure); // one that was made is found
        Assert.Equal(new ServiceLevelCount(50, 50), node.Levels.GetStatus("availability").Events);
        Assert.Single(node.Logs.GetSnapshot(), r => r.Id.Id == 1522);
        node.Metrics.Counter("requests").Add(7, new KeyValuePair<string, object?>("code", "500"));

        _state.Heal();
        await node.PassAsync(14);

        Assert.Null(node.Levels.GetStatus("availability").StoreFailure);
        Assert.Equal(new ServiceLevelCount(50, 57), node.Levels.GetStatus("availability").Events);
        Assert.Single(node.Logs.GetSnapshot(), r => r.Id.Id == 1523);
        await using ServiceLevelHarness other = await ServiceLevelHarness.StartAsync(_time, _state, Availability);
        Assert.Equal(new ServiceLevelCount(50, 57), other.Levels.GetStatus("availability").Events);
    }

    [Theory]
    [InlineData("nonsense", "holds no counts of a service level")]
    [InlineData("""{ "format": 7, "objective": "a", "indicator": "i", "rings": [], "months": {}, "writers": [] }""", "has the format 7")]
    public async Task Tick_ADocumentThatIsNotOurs_IsToldAndKept(string content, string part)
    {
        await using ServiceLevelHarness first = await ServiceLevelHarness.StartAsync(_time, _state, Availability, Errors);
        first.Metrics.Counter("requests").Add(1, new KeyValuePair<string, object?>("code", "200"));
        await first.PassAsync(8);
        StateDocument document = await _state.ListAsync("monitoring/production/service-levels/availability/", Token).SingleAsync(Token);
        await _state.CommitAsync(new StateTransaction().Put(document.Key, System.Text.Encoding.UTF8.GetBytes(content)), Token);

        first.Metrics.Counter("requests").Add(1, new KeyValuePair<string, object?>("code", "200"));
        await first.PassAsync(8);

        Assert.Contains(part, first.Levels.GetStatus("availability").StoreFailure, StringComparison.Ordinal);
        Assert.Equal(content, System.Text.Encoding.UTF8.GetString((await _state.GetAsync(document.Key, Token))!.Content.Span));

        // The other objective's is written all the same.
        await using ServiceLevelHarness second = await ServiceLevelHarness.StartAsync(_time, _state, Availability, Errors);
        Assert.Equal(new ServiceLevelCount(2, 2), second.Levels.GetStatus("errors").Events);
    }

    [Fact]
    public async Task Tick_AMetricOfTheWrongKind_IsToldOnce()
    {
        await using ServiceLevelHarness node = await ServiceLevelHarness.StartAsync(_time, _state, Availability, Errors);
        node.Metrics.Gauge("requests").Record(1);
        await node.PassAsync(5);

        Assert.Equal(2, node.Logs.GetSnapshot().Count(r => r.Id.Id == 1520));
        Assert.Null(node.Levels.GetStatus("errors").IsMet);
    }

    [Fact]
    public async Task Tick_TheWallClockJumps_CountsEachEventOnce()
    {
        await using ServiceLevelHarness node = await ServiceLevelHarness.StartAsync(_time, _state, Availability);
        for (int i = 0; i < 30; i++)
        {
            node.Metrics.Counter("requests").Add(1, new KeyValuePair<string, object?>("code", "200"));
            _time.Advance(TimeSpan.FromSeconds(i % 7));
            await node.Levels.TickAsync(Token);
        }

        await node.PassAsync(2);
        Assert.Equal(new ServiceLevelCount(30, 30), node.Levels.GetStatus("availability").Events);
    }

    [Fact]
    public async Task GetReport_OfAMonth_IsAnObjectAPageAndJson()
    {
        _time.AdjustTime(new DateTimeOffset(2026, 6, 30, 12, 0, 3, TimeSpan.Zero));
        await using ServiceLevelHarness node = await ServiceLevelHarness.StartAsync(_time, _state, Availability);
        node.Metrics.Counter("requests").Add(95, new KeyValuePair<string, object?>("code", "200"));
        node.Metrics.Record("requests", 5, ("code", "500"));
        await node.PassAsync(2);
        Assert.False(node.Levels.GetReport("availability", 2026, 6).IsComplete);
        _time.Advance(TimeSpan.FromDays(1));

        ServiceLevelReport report = node.Levels.GetReport("availability", 2026, 6);

        Assert.Equal((new ServiceLevelCount(95, 100), true, true), (report.Events, report.IsMet, report.IsComplete));
        Assert.Equal(
            """
            # availability, 2026-06: met

            | | |
            | --- | --- |
            | target | 90 % |
            | reached | 95 % |
            | good events | 95 of 100 |
            | error budget used | 50 % |
            | counted | good increase(requests{code="200"}[10s]) of increase(requests[10s]) |
            | times without data | excluded |
            | slots | 00:00:10 |
            | time zone | UTC |
            | made | 2026-07-01 12:00:23Z |

            """.ReplaceLineEndings(),
            report.ToMarkdown());
        Assert.Equal(
            """
            {
              "objective": "availability",
              "month": "2026-06",
              "isComplete": true,
              "target": 0.9,
              "reached": 0.95,
              "goodEvents": 95,
              "validEvents": 100,
              "budgetUsed": 0.5,
              "isMet": true,
              "indicator": "good increase(requests{code=\"200\"}[10s]) of increase(requests[10s])",
              "noData": "excluded",
              "slotLength": "00:00:10",
              "timeZone": "UTC",
              "createdAt": "2026-07-01T12:00:23+00:00"
            }
            """.ReplaceLineEndings(),
            report.ToJson().ReplaceLineEndings());
        Assert.Contains("2026-07: no events", node.Levels.GetReport("availability", 2026, 7).ToMarkdown(), StringComparison.Ordinal);
        Assert.Contains("\"isMet\": null", node.Levels.GetReport("availability", 2025, 7).ToJson(), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => node.Levels.GetReport("availability", 2026, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => node.Levels.GetReport("availability", 2025, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => node.Levels.GetReport("availability", 2026, 13));
    }

    [Fact]
    public async Task EachQuestion_ABadArgument_IsRefused()
    {
        await using ServiceLevelHarness node = await ServiceLevelHarness.StartAsync(_time, _state, Availability);

        Assert.Contains("There are: availability.", Assert.Throws<ArgumentException>(() => node.Levels.GetStatus("nobody")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => node.Levels.GetReport("nobody", 2026, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => node.Levels.GetEvents("availability", TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => node.Levels.GetEvents("availability", TimeSpan.FromDays(31)));
    }

    [Fact]
    public async Task AddServiceLevelObjective_InAHost_CountsWritesAtStopAndKeeps()
    {
        await using var host = new VaraiHost();
        host.Builder.Services.AddSingleton<TimeProvider>(_time);
        host.Builder.AddVarai().UseStateStore(_ => _state).AddServiceLevelObjective(Availability);
        await host.App.StartAsync(Token);
        host.Varai.Metrics.Counter("requests").Add(3, new KeyValuePair<string, object?>("code", "200"));
        _time.Advance(TimeSpan.FromSeconds(12));
        await host.App.StopAsync(Token);

        Assert.Equal(new ServiceLevelCount(3, 3), host.App.Services.GetRequiredService<IServiceLevels>().GetStatus("availability").Events);
        Assert.Single(await _state.ListAsync("monitoring/production/service-levels/", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task AddServiceLevelObjective_WhatCanNotBe_IsRefused()
    {
        await using var host = new VaraiHost();
        VaraiBuilder builder = host.Builder.AddVarai();
        Assert.Contains("above 0.9306", Assert.Throws<ArgumentException>(() => builder.AddServiceLevelObjective(new ServiceLevelObjective("a", 0.9, Availability.Indicator))).Message, StringComparison.Ordinal);
        builder.AddServiceLevelObjective(Availability).AddServiceLevelObjective(Availability);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.App.StartAsync(Token));

        Assert.Contains("two service level objectives named 'availability'", error.Message, StringComparison.Ordinal);
    }

    private sealed class TroubledStateStore(IStateStore inner) : SharedStateStore(inner)
    {
        private bool _fails;
        private bool _makesBeforeFailing;

        public Func<Task>? BeforeCommit { get; set; }

        public void Fail(bool afterTheWrite) => (_fails, _makesBeforeFailing) = (true, afterTheWrite);

        public void Heal() => _fails = false;

        public override async Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken)
        {
            if (BeforeCommit is { } before)
                await before();
            if (_fails && !_makesBeforeFailing)
                throw new StateException("The disk is full.");
            StateCommit commit = await base.CommitAsync(transaction, cancellationToken);
            if (!_fails)
                return commit;

            // Once; after that it is away.
            _makesBeforeFailing = false;
            throw new StateException("The disk is full.");
        }
    }
}
