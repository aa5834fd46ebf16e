using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Usage;
using Varai.State;

namespace Varai.Tests.FeatureFlags.Usage;

public sealed class FlagUsageServiceTests
{
    private const string Key = "flags/staging/usage";
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly InMemoryStateStore _state;

    public FlagUsageServiceTests() => _state = new InMemoryStateStore(new StateOptions(), _time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetReportAsync_EvaluatedFlag_HasTheTimeOfTheLastSweepAfterIt()
    {
        using UsageNode node = Node(new("used", true), new("idle", true));
        await node.Usage.TickAsync(Cancellation);
        for (int day = 1; day <= 40; day++)
        {
            _time.Advance(TimeSpan.FromDays(1));
            Assert.True(node.Flags.IsFeatureEnabled("used"));
            Assert.True(node.Flags.IsFeatureEnabled(Flag.Boolean("used")));
            await node.Usage.TickAsync(Cancellation);
        }

        FlagUsageReport report = await node.Usage.GetReportAsync(Cancellation);

        Assert.Equal(Start.AddDays(40), report.Flags[0].LastEvaluated);
        Assert.Null(report.Flags[1].LastEvaluated);
        Assert.Equal(["idle"], Names(report.NotEvaluatedFor(TimeSpan.FromDays(30))));
        Assert.Equal(["idle"], Names(report.NotEvaluatedFor(TimeSpan.FromDays(40))));
        Assert.Empty(report.NotEvaluatedFor(TimeSpan.FromDays(41)));
        Assert.Equal(["used", "idle"], Names(report.AtFullFor(TimeSpan.FromDays(40))));
    }

    [Fact]
    public async Task GetReportAsync_WatchedSinceYesterday_SaysNothingOfThirtyDays()
    {
        using UsageNode node = Node(new FeatureFlagDefinition("idle", true));
        await node.Usage.TickAsync(Cancellation);
        _time.Advance(TimeSpan.FromDays(1));

        FlagUsageReport report = await node.Usage.GetReportAsync(Cancellation);

        Assert.Equal(Start, report.ObservedSince);
        Assert.Empty(report.NotEvaluatedFor(TimeSpan.FromDays(30)));
        Assert.Empty(report.AtFullFor(TimeSpan.FromDays(30)));
        Assert.Equal(
            """
            Feature flags on 2026-06-02 12:00Z, watched since 2026-06-01 12:00Z.
            flag  on for     for everybody since   last evaluated
            idle  everybody  2026-06-01 12:00Z     not since 2026-06-01 12:00Z
            """,
            report.ToString());
    }

    [Fact]
    public async Task GetReportAsync_Prerequisite_IsUsedByWhoAsksForTheOtherFlag()
    {
        using UsageNode node = Node(FeatureFlagDefinition.Parse("child", """{ "enabled": true, "prerequisites": ["parent"] }"""), new("parent", true));
        node.Flags.IsFeatureEnabled("child");
        FlagUsageReport report = await node.Usage.GetReportAsync(Cancellation);
        Assert.All(report.Flags, flag => Assert.Equal(Start, flag.LastEvaluated));
    }

    [Fact]
    public async Task GetReportAsync_EvaluateAllAndExplain_AreNoUse()
    {
        using UsageNode node = Node(new FeatureFlagDefinition("idle", true));
        node.Flags.EvaluateAll();
        node.Flags.Explain("idle");
        FlagUsageReport report = await node.Usage.GetReportAsync(Cancellation);
        Assert.Null(report.Flags[0].LastEvaluated);
    }

    [Fact]
    public async Task GetReportAsync_FlagThatCeasesToBeFull_BeginsAnew()
    {
        using UsageNode node = Node(new FeatureFlagDefinition("flag", true));
        await node.Usage.TickAsync(Cancellation);
        _time.Advance(TimeSpan.FromDays(10));
        node.Store.Replace(new FeatureFlagDefinition("flag", false));
        FlagUsageReport off = await node.Usage.GetReportAsync(Cancellation);
        Assert.Equal((FlagReach.Nobody, null), (off.Flags[0].Reach, off.Flags[0].FullSince));

        _time.Advance(TimeSpan.FromMinutes(5));
        node.Store.Replace(new FeatureFlagDefinition("flag", true));
        FlagUsageReport on = await node.Usage.GetReportAsync(Cancellation);
        await node.Usage.StopAsync(Cancellation);
        using UsageNode later = Node(new FeatureFlagDefinition("flag", true));
        _time.Advance(TimeSpan.FromDays(1));
        FlagUsageReport restarted = await later.Usage.GetReportAsync(Cancellation);

        Assert.Equal(Start.AddDays(10).AddMinutes(5), on.Flags[0].FullSince);
        Assert.Equal(Start.AddDays(10).AddMinutes(5), restarted.Flags[0].FullSince);
        Assert.Equal(Start, restarted.Flags[0].FirstSeen);
    }

    [Fact]
    public async Task Sweep_SnapshotThatIsReplaced_IsNotForgotten()
    {
        using UsageNode node = Node(new FeatureFlagDefinition("flag", true));
        await node.Usage.StartAsync(Cancellation);
        node.Flags.IsFeatureEnabled("flag");
        node.Store.Replace(new FeatureFlagDefinition("flag", false));
        FlagUsageReport report = await node.Usage.GetReportAsync(Cancellation);
        Assert.Equal(Start, report.Flags[0].LastEvaluated);
        await node.Usage.StopAsync(Cancellation);
    }

    [Fact]
    public async Task TwoNodes_OneStateStore_AddUp()
    {
        using UsageNode a = Node(new("both", true), new("only_a", true));
        await a.Usage.TickAsync(Cancellation);
        _time.Advance(TimeSpan.FromDays(1));
        using UsageNode b = Node(new("both", true), new("only_a", true));
        b.Flags.IsFeatureEnabled("both");
        await b.Usage.TickAsync(Cancellation);
        _time.Advance(TimeSpan.FromDays(1));
        a.Flags.IsFeatureEnabled("only_a");
        await a.Usage.TickAsync(Cancellation);

        FlagUsageReport ofA = await a.Usage.GetReportAsync(Cancellation);
        FlagUsageReport ofB = await b.Usage.GetReportAsync(Cancellation);

        Assert.Equal(ofA.Flags, ofB.Flags);
        Assert.Equal(
            [
                new FlagUsage("both", FlagReach.Everybody, Start, Start.AddDays(1), Start),
                new FlagUsage("only_a", FlagReach.Everybody, Start, Start.AddDays(2), Start),
            ],
            ofB.Flags);
        Assert.Equal((Start, Start), (ofA.ObservedSince, ofB.ObservedSince));
    }

    [Fact]
    public async Task Restart_GoesOnWhereItEnded()
    {
        using (UsageNode before = Node(new FeatureFlagDefinition("flag", true)))
        {
            await before.Usage.StartAsync(Cancellation);
            before.Flags.IsFeatureEnabled("flag");
            await before.Usage.StopAsync(Cancellation);
        }

        _time.Advance(TimeSpan.FromDays(3));
        using UsageNode after = Node(new FeatureFlagDefinition("flag", true));
        FlagUsageReport report = await after.Usage.GetReportAsync(Cancellation);

        Assert.Equal(new FlagUsage("flag", FlagReach.Everybody, Start, Start, Start), report.Flags[0]);
        Assert.Equal(Start, report.ObservedSince);
    }

    [Fact]
    public async Task StateAway_IsKeptInMemoryLoggedOnceAndWrittenLater()
    {
        (IStateStore store, SwitchedStateStore control) = SwitchedStateStore.Over(_state);
        control.IsAway = true;
        using var node = new UsageNode(store, _time, new FeatureFlagDefinition("flag", true));
        node.Flags.IsFeatureEnabled("flag");
        await node.Usage.TickAsync(Cancellation);
        _time.Advance(FlagUsageService.SweepInterval);
        await node.Usage.TickAsync(Cancellation);
        FlagUsageReport away = await node.Usage.GetReportAsync(Cancellation);

        Assert.Equal("The state store is away.", away.StateFailure);
        Assert.Contains("Only what this process saw: The state store is away.", away.ToString(), StringComparison.Ordinal);
        Assert.Equal(Start, away.Flags[0].LastEvaluated);
        Assert.Equal([1350], node.Logs.GetSnapshot().Select(r => r.Id.Id));

        control.IsAway = false;
        _time.Advance(FlagUsageService.SweepInterval);
        await node.Usage.TickAsync(Cancellation);
        Assert.Equal([1350, 1351], node.Logs.GetSnapshot().Select(r => r.Id.Id));
        Assert.NotNull(await _state.GetAsync(Key, Cancellation));
        Assert.Null((await node.Usage.GetReportAsync(Cancellation)).StateFailure);
    }

    [Fact]
    public async Task Tick_BetweenFlushes_WritesNothing()
    {
        using UsageNode node = Node(new FeatureFlagDefinition("flag", true));
        await node.Usage.TickAsync(Cancellation);
        long written = await _state.GetRevisionAsync(Cancellation);
        for (int minute = 1; minute < 15; minute++)
        {
            _time.Advance(FlagUsageService.SweepInterval);
            node.Flags.IsFeatureEnabled("flag");
            await node.Usage.TickAsync(Cancellation);
            Assert.Equal(written, await _state.GetRevisionAsync(Cancellation));
        }

        _time.Advance(FlagUsageService.SweepInterval);
        await node.Usage.TickAsync(Cancellation);
        Assert.Equal(written + 1, await _state.GetRevisionAsync(Cancellation));
    }

    [Theory]
    [InlineData("nonsense", "is no usage of feature flags: delete it to begin anew")]
    [InlineData("""{ "format": 2, "observedSince": "2026-01-01T00:00:00+00:00", "flags": {} }""", "has the format 2, and this version knows 1")]
    public async Task StateDocument_ThatIsNotOurs_IsLeftAloneAndNamed(string content, string expected)
    {
        await _state.CommitAsync(new StateTransaction().Put(Key, Encoding.UTF8.GetBytes(content)), Cancellation);
        using UsageNode node = Node(new FeatureFlagDefinition("flag", true));
        await node.Usage.TickAsync(Cancellation);
        FlagUsageReport report = await node.Usage.GetReportAsync(Cancellation);

        Assert.Contains(expected, report.StateFailure, StringComparison.Ordinal);
        Assert.Equal(content, Encoding.UTF8.GetString((await _state.GetAsync(Key, Cancellation))!.Content.Span));
    }

    [Fact]
    public async Task StateDocument_Format1_IsAsWritten()
    {
        using UsageNode node = Node(new FeatureFlagDefinition("flag", true), new FeatureFlagDefinition("off", false));
        node.Flags.IsFeatureEnabled("flag");
        await node.Usage.TickAsync(Cancellation);
        using JsonDocument document = JsonDocument.Parse((await _state.GetAsync(Key, Cancellation))!.Content);
        Assert.Equal(
            """{"format":1,"observedSince":"2026-06-01T12:00:00+00:00","flags":{"flag":{"firstSeen":"2026-06-01T12:00:00+00:00","lastEvaluated":"2026-06-01T12:00:00+00:00","fullSince":"2026-06-01T12:00:00+00:00"},"off":{"firstSeen":"2026-06-01T12:00:00+00:00"}}}""",
            document.RootElement.GetRawText());
    }

    [Fact]
    public async Task FlagThatIsGone_AndComesBackAfterDays_IsNew()
    {
        using UsageNode node = Node(new("flag", true), new("stays", true));
        await node.Usage.TickAsync(Cancellation);
        _time.Advance(TimeSpan.FromDays(50));
        node.Store.Replace(new FeatureFlagDefinition("stays", true));
        await node.Usage.TickAsync(Cancellation);
        _time.Advance(TimeSpan.FromDays(2));
        node.Store.Replace(new("flag", true), new("stays", true));

        FlagUsageReport report = await node.Usage.GetReportAsync(Cancellation);

        Assert.Equal(Start.AddDays(52), report.Flags[0].FirstSeen);
        Assert.Equal(["stays"], Names(report.NotEvaluatedFor(TimeSpan.FromDays(30))));
    }

    [Fact]
    public async Task AddFeatureFlagUsage_Host_WritesAtStop()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton(ScriptedConfiguration.Create("""{ "feature_flags": { "flag": true } }""").Configuration);
        builder.Services.AddSingleton<IStateStore>(_state);
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.AddVarai().AddFeatureFlagUsage().AddFeatureFlagUsage();
        using IHost host = builder.Build();
        Assert.Single(host.Services.GetServices<IHostedService>().OfType<FlagUsageService>());
        await host.StartAsync(Cancellation);
        host.Services.GetRequiredService<IFeatureFlags>().IsFeatureEnabled("flag");
        _time.Advance(TimeSpan.FromSeconds(30));
        await host.StopAsync(Cancellation);

        string written = Encoding.UTF8.GetString((await _state.GetAsync(Key, Cancellation))!.Content.Span);
        Assert.Contains("\"lastEvaluated\":\"2026-06-01T12:00:30+00:00\"", written, StringComparison.Ordinal);
    }

    private UsageNode Node(params FeatureFlagDefinition[] flags) => new(_state, _time, flags);

    private static IEnumerable<string> Names(IEnumerable<FlagUsage> flags) => flags.Select(f => f.Flag);
}
