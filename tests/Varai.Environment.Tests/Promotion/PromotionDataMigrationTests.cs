using Microsoft.Extensions.DependencyInjection;
using Varai.Data;
using Varai.Promotion;
using Varai.Promotion.Store;
using Varai.State;
using Varai.Tests.Configuration;
using Varai.Tests.TestResources;

namespace Varai.Tests.Promotion;

/// <summary>Data that is moved as promotions are: gates, lease, stop button, record and audit.</summary>
public sealed class PromotionDataMigrationTests : IAsyncDisposable
{
    private readonly PromotionHarness _harness = new PromotionHarness().Environments("{}", """{ "a": 1 }""", "{}");
    private readonly TemporaryFolder _data = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MigrateData_Down_MovesTheFilesAndIsRecordedWithItsReport()
    {
        _data.Write("production/a/b.txt", "content");
        await StartAsync();
        var progress = new List<DataMigrationProgress>();

        PromotionRecord record = await _harness.Engine.MigrateDataAsync(
            new PromotionDataMigration(new DataMigrationRequest("Production", "Staging"), "ann", "ticket 7"), new Listener(progress.Add), Token);

        Assert.Equal("content", await File.ReadAllTextAsync(_data.File("staging/a/b.txt"), Token));
        Assert.Equal((PromotionState.Succeeded, PromotionKind.DataMigration), (record.State, record.Plan.Kind));
        Assert.Equal(("production", "staging", "ann", "ticket 7"), (record.Plan.Source, record.Plan.Target, record.Plan.Author, record.Plan.Reason));
        DataComponentReport report = Assert.Single(record.Data!.Components);
        Assert.Equal(("files", true), (report.Component, report.HasChanged));
        Assert.Equal(DataMigrationPhase.Done, progress[^1].Phase);
        Assert.All(record.Gates, g => Assert.True(g.IsPassed, g.ToString()));
        List<PromotionEvent> events = await _harness.EventsAsync();
        Assert.Equal([PromotionEventKind.Started, PromotionEventKind.Succeeded], events.Select(e => e.Kind));
        Assert.All(events, e => Assert.Equal(("ann", record.Id, record.Plan.Hash), (e.Author, e.RecordId, e.PlanHash)));
        Assert.Equal("moving files from 'production': ticket 7", events[0].Reason);
        Assert.NotEmpty(events[0].Gates);
        Assert.Equal(report.BytesCopied, events[1].Data!.Components[0].BytesCopied);
        Assert.True((await _harness.Audit.VerifyAuditAsync(Token)).IsIntact);
        PromotionRecord kept = Assert.Single(await _harness.HistoryAsync("staging"));
        Assert.Equal((record.Id, 7L), (kept.Id, kept.Data!.Components[0].BytesCopied));
    }

    [Fact]
    public async Task MigrateData_TheShortForm_MovesWhatIsNamed()
    {
        _data.Write("production/f", "x");
        await StartAsync();

        PromotionRecord record = await _harness.Engine.MigrateDataAsync("production", "development", ["files"], "ann", "to look at", Token);

        Assert.Equal(["files"], record.Plan.RequestedComponents);
        Assert.Contains("data files", record.Plan.ToString(), StringComparison.Ordinal);
        Assert.True(File.Exists(_data.File("development/f")));
    }

    [Fact]
    public async Task MigrateData_WithoutAComponent_NamesTheMethodsThatAddOne()
    {
        await _harness.StartAsync();

        PromotionException error = await Assert.ThrowsAsync<PromotionException>(
            () => _harness.Engine.MigrateDataAsync("production", "staging", [], "ann", "why", Token));

        Assert.Equal("No data component is registered, so there is no data to move. Register one with AddDataFiles, AddSqliteDatabase or AddDataComponent.", error.Message);
        Assert.Empty(await _harness.EventsAsync());
    }

    [Fact]
    public async Task MigrateData_WithoutAMigrator_NamesTheMethodThatAddsIt()
    {
        await _harness.StartAsync(options: null, b => b.Services.AddSingleton<IDataComponent>(new WaitingComponent()));

        PromotionException error = await Assert.ThrowsAsync<PromotionException>(
            () => _harness.Engine.MigrateDataAsync("production", "staging", [], "ann", "why", Token));

        Assert.EndsWith("registered, and nothing that moves them. Call AddDataMigration.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("staging", "There is no data component 'fils'; registered: 'files'.", "fils")]
    [InlineData("PRODUCTION", "Source and target are both 'production'.", "files")]
    public async Task MigrateData_WhatCantBe_IsRefused(string target, string expected, string component)
    {
        await StartAsync();

        PromotionException error = await Assert.ThrowsAsync<PromotionException>(
            () => _harness.Engine.MigrateDataAsync("production", target, [component], "ann", "why", Token));

        Assert.Equal(expected, error.Message);
    }

    [Fact]
    public async Task MigrateData_UpIntoProduction_NeedsPermissionAndIsRecordedWithoutIt()
    {
        _data.Write("staging/f", "x");
        await StartAsync();

        DataComponentException error = await Assert.ThrowsAsync<DataComponentException>(
            () => _harness.Engine.MigrateDataAsync("staging", "production", [], "ann", "why", Token));

        Assert.Contains("AllowIntoProduction", error.Message, StringComparison.Ordinal);
        PromotionRecord failed = Assert.Single(await _harness.HistoryAsync("production"));
        Assert.Equal(PromotionState.Failed, failed.State);
        Assert.EndsWith("Nothing was moved.", failed.Failure, StringComparison.Ordinal);
        PromotionRecord record = await _harness.Engine.MigrateDataAsync(
            new PromotionDataMigration(new DataMigrationRequest("staging", "production") { AllowIntoProduction = true }, "ann", "first data"), cancellationToken: Token);
        Assert.Equal(PromotionState.Succeeded, record.State);
        Assert.True(File.Exists(_data.File("production/f")));
    }

    [Fact]
    public async Task MigrateData_UpPastAStage_IsRefusedUnlessOverridden()
    {
        _data.Write("development/f", "x");
        await StartAsync();
        var request = new DataMigrationRequest("development", "production") { AllowIntoProduction = true };

        PromotionRefusedException refused = await Assert.ThrowsAsync<PromotionRefusedException>(
            () => _harness.Engine.MigrateDataAsync(new PromotionDataMigration(request, "ann", "why"), cancellationToken: Token));

        Assert.Contains("'production' follows 'staging', not 'development'", refused.Message, StringComparison.Ordinal);
        Assert.Equal(PromotionEventKind.Refused, Assert.Single(await _harness.EventsAsync()).Kind);
        Assert.False(Directory.Exists(_data.File("production")));
        PromotionRecord record = await _harness.Engine.MigrateDataAsync(
            new PromotionDataMigration(request, "ann", "why") { Overrides = [new("stage-order", "there is no staging data")] }, cancellationToken: Token);
        Assert.Equal(PromotionState.Succeeded, record.State);
    }

    [Fact]
    public async Task MigrateData_WhileFrozenOrStopped_IsRefused()
    {
        _data.Write("production/f", "x");
        await StartAsync(o => o.Stages["staging"] = new PromotionStageSettings { FreezeWindows = { "0 9 * * MON for 01:00:00" } });
        Assert.Contains("is frozen", (await RefusedAsync()).Message, StringComparison.Ordinal);
        _harness.Clock.Advance(TimeSpan.FromHours(2));
        await _harness.Control.StopAsync("bob", "incident 12", Token);

        Assert.Contains("bob has stopped the pipeline: incident 12", (await RefusedAsync()).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data.File("staging")));

        await _harness.Control.ResumeAsync("bob", "it is over", Token);
        Assert.Equal(PromotionState.Succeeded, (await MoveAsync()).State);

        async Task<PromotionRefusedException> RefusedAsync() => await Assert.ThrowsAsync<PromotionRefusedException>(MoveAsync);
    }

    [Fact]
    public async Task MigrateData_WhereApprovalsAreAskedFor_NeedsThemForThisVeryRequest()
    {
        _data.Write("production/f", "x");
        await StartAsync(o => o.Stages["staging"] = new PromotionStageSettings { RequiredApprovals = 1 });
        var migration = new PromotionDataMigration(new DataMigrationRequest("production", "staging"), "ann", "ticket 7");
        PromotionPlan plan = await _harness.Engine.PlanDataMigrationAsync(migration, Token);
        Assert.False(plan.IsReady);
        await Assert.ThrowsAsync<PromotionRefusedException>(() => _harness.Engine.MigrateDataAsync(migration, cancellationToken: Token));

        await _harness.Engine.ApproveAsync(PromotionPlan.Parse(plan.ToJson()), "bob", "seen", Token);

        var other = new PromotionDataMigration(migration.Request with { DeleteMissing = true }, "ann", "ticket 7");
        await Assert.ThrowsAsync<PromotionRefusedException>(() => _harness.Engine.MigrateDataAsync(other, cancellationToken: Token));
        PromotionRecord record = await _harness.Engine.MigrateDataAsync(migration, cancellationToken: Token);
        Assert.Equal("bob", Assert.Single(record.Approvals).Approver);
        Assert.True((await _harness.Engine.PlanDataMigrationAsync(migration, Token)).IsReady);
    }

    [Fact]
    public async Task Plan_OfAnotherMasking_HasAnotherHash()
    {
        await StartAsync();
        var request = new DataMigrationRequest("production", "staging");
        DataMigrationRequest[] requests =
        [
            request,
            request with { Masking = new DataMaskingPolicy() },
            request with { Masking = new DataMaskingPolicy { KeySecret = "k" } },
            request with { Masking = new DataMaskingPolicy().Keep("t", "c") },
            request with { Masking = new DataMaskingPolicy().Mask("t", "c", MaskingRule.Null) },
            request with { Masking = new DataMaskingPolicy().Mask("t", "c", MaskingRule.KeepLast(2)) },
            request with { Masking = new DataMaskingPolicy().Mask("t", "c", MaskingRule.KeepLast(3)) },
            request with { Masking = new DataMaskingPolicy().Where("t", "c = 1") },
            request with { Masking = new DataMaskingPolicy().Exclude("t") },
            request with { AllowIntoProduction = true },
            request with { VerifyContents = true },
        ];
        var hashes = new HashSet<string>(StringComparer.Ordinal);

        foreach (DataMigrationRequest one in requests)
            Assert.True(hashes.Add((await _harness.Engine.PlanDataMigrationAsync(new PromotionDataMigration(one, "ann", "why"), Token)).Hash));
    }

    [Fact]
    public async Task Stop_WhileDataIsMoved_EndsItAndLeavesTheRest()
    {
        _data.Write("production/f", "x");
        var waiting = new WaitingComponent();
        await StartAsync(component: waiting);
        Task<PromotionRecord> move = MoveAsync();
        await waiting.Started.WaitAsync(Token);
        PromotionInProgressException busy = await Assert.ThrowsAsync<PromotionInProgressException>(() => _harness.PromoteAsync("development", "staging"));

        await _harness.Control.StopAsync("bob", "incident 12", Token);
        await AdvanceUntilAsync(move);

        PromotionException error = await Assert.ThrowsAsync<PromotionException>(() => move);
        Assert.Equal("bob has stopped the pipeline: incident 12. The same request goes on when it is resumed.", error.Message);
        PromotionRecord record = Assert.Single(await _harness.HistoryAsync("staging"));
        Assert.Equal((busy.RecordId, PromotionState.Failed), (record.Id, record.State));
        Assert.Equal($"{error.Message} Moved before that: files.", record.Failure);
    }

    [Fact]
    public async Task MigrateData_ForLongerThanItsLease_KeepsIt()
    {
        var waiting = new WaitingComponent();
        await StartAsync(component: waiting);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<PromotionRecord> move = _harness.Engine.MigrateDataAsync(Migration("waiting"), cancellationToken: enough.Token);
        await waiting.Started.WaitAsync(Token);
        Lease first = (await _harness.State.Leases.GetAsync(PromotionStore.LeaseOf("staging"), Token))!;

        // Two leases long, in steps that the guard can follow.
        for (int second = 0; second < 60; second++)
        {
            DateTimeOffset until = _harness.Clock.GetUtcNow() + TimeSpan.FromSeconds(12);
            _harness.Clock.Advance(TimeSpan.FromSeconds(1));
            using var patience = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
            while (!move.IsCompleted && (await _harness.State.Leases.GetAsync(PromotionStore.LeaseOf("staging"), Token))?.ExpiresAt <= until)
                await patience.WaitForNextTickAsync(Token);
        }

        Assert.Equal(first.Token, (await _harness.State.Leases.GetAsync(PromotionStore.LeaseOf("staging"), Token))!.Token);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => move);
        Assert.Equal("It was cancelled. Nothing was moved.", Assert.Single(await _harness.HistoryAsync("staging")).Failure);
    }

    // The node's clock jumps past the end of the lease: it is lost, the move is halted, and whoever comes next ends the record.
    [Fact]
    public async Task MigrateData_AfterAJumpOfTheClock_IsRefusedItsRenewalAndHalted()
    {
        var waiting = new WaitingComponent();
        await StartAsync(component: waiting);
        Task<PromotionRecord> move = _harness.Engine.MigrateDataAsync(Migration("waiting"), cancellationToken: Token);
        await waiting.Started.WaitAsync(Token);

        _harness.Clock.Advance(TimeSpan.FromMinutes(5));

        await Assert.ThrowsAsync<LeaseLostException>(() => move);
        await _harness.EndAllAsync();
        PromotionRecord record = Assert.Single(await _harness.HistoryAsync("staging"));
        Assert.Equal(PromotionState.Failed, record.State);
        Assert.StartsWith("its process ended", record.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rollback_OfADataMigration_IsRefused()
    {
        _data.Write("production/f", "x");
        await StartAsync();
        PromotionRecord record = await MoveAsync();

        await Assert.ThrowsAsync<PromotionException>(() => _harness.RollbackAsync(record.Id));
        Assert.Equal(PromotionState.Succeeded, (await _harness.Engine.FindAsync(record.Id, Token))!.State);
        await Assert.ThrowsAsync<ArgumentException>(() => _harness.Engine.PromoteAsync(record.Plan, cancellationToken: Token));
    }

    [Fact]
    public async Task MigrateData_Cancelled_ChangesNothing()
    {
        await StartAsync();
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _harness.Engine.MigrateDataAsync(Migration("files"), cancellationToken: cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _harness.Engine.PlanDataMigrationAsync(Migration("files"), cancelled));
        Assert.Empty(await _harness.HistoryAsync("staging"));
    }

    public async ValueTask DisposeAsync()
    {
        await _harness.DisposeAsync();
        _data.Dispose();
    }

    private static PromotionDataMigration Migration(string component) =>
        new(new DataMigrationRequest("production", "staging") { Components = [component] }, "ann", "why");

    private Task<PromotionRecord> MoveAsync() => _harness.Engine.MigrateDataAsync("production", "staging", [], "ann", "why", Token);

    private Task AdvanceUntilAsync(Task ended) => ConfigurationHost.UntilAsync(() =>
    {
        _harness.Clock.Advance(TimeSpan.FromMilliseconds(200));
        return ended.IsCompleted;
    });

    private Task StartAsync(Action<PromotionOptions>? options = null, IDataComponent? component = null) => _harness.StartAsync(options, builder =>
    {
        builder.AddDataFiles("files", o =>
        {
            foreach (string environment in new[] { "development", "staging", "production" })
                o.Directory(environment, _data.File(environment));
        });
        if (component is not null)
            builder.Services.AddSingleton(component);
    });

    private sealed class Listener(Action<DataMigrationProgress> listen) : IProgress<DataMigrationProgress>
    {
        public void Report(DataMigrationProgress value) => listen(value);
    }
}
