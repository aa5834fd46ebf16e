using Varai.Data;
using Varai.Promotion.Planning;
using Varai.Promotion.Store;
using Varai.State;

namespace Varai.Promotion.Running;

/// <summary>Moves data under the lease of a target, with a record and entries in the audit, as promotions have them.</summary>
/// <remarks>The migrator knows nothing of promotions: its components have locks and journals of their own.</remarks>
internal sealed class DataMigrationRunner(
    RunParts parts, IEnumerable<IDataComponent> components, IEnumerable<IDataMigrator> migrators, PromotionLeases leases)
{
    // How long somebody who presses the stop button waits for it at the most.
    private static readonly TimeSpan LongestTick = TimeSpan.FromSeconds(1);

    private readonly string[] _names = [.. components.Select(c => c.Name).Distinct(StringComparer.Ordinal)];
    private readonly IDataMigrator? _migrator = migrators.LastOrDefault();

    /// <summary>The plan of a migration, without the answers of gates.</summary>
    /// <exception cref="PromotionException">There is nothing of that to move.</exception>
    public PromotionPlan Plan(PromotionDataMigration migration)
    {
        DataMigrationRequest request = migration.Request;
        if (_names.Length == 0)
        {
            throw new PromotionException(
                "No data component is registered, so there is no data to move. Register one with AddDataFiles, AddSqliteDatabase or AddDataComponent.");
        }

        // A component of another package brings no migrator with it.
        if (_migrator is null)
            throw new PromotionException($"The data components {string.Join(", ", _names.Select(n => $"'{n}'"))} are registered, and nothing that moves them. Call AddDataMigration.");

        if (request.Components.FirstOrDefault(c => !_names.Contains(c, StringComparer.Ordinal)) is { } unknown)
            throw new PromotionException($"There is no data component '{unknown}'; registered: {string.Join(", ", _names.Select(n => $"'{n}'"))}.");
        if (request.Source == request.Target)
            throw new PromotionException($"Source and target are both '{request.Source}'.");
        string[] chosen = request.Components.Count == 0 ? _names : [.. request.Components.Distinct(StringComparer.Ordinal)];
        var plan = new PromotionPlan
        {
            Kind = PromotionKind.DataMigration,
            Source = request.Source,
            Target = request.Target,
            Author = migration.Author,
            Reason = migration.Reason,
            CreatedAt = parts.Time.GetUtcNow(),
            SourceHash = DataRequestHash.Compute(request, chosen),
            TargetHash = "",
            RequestedComponents = chosen,
            Overrides = migration.Overrides,
            PolicyHash = parts.Planner.PolicyHash(request.Target),
        };
        return plan with { Hash = PlanHash.Compute(plan) };
    }

    /// <summary>Carries a plan out that was found to be allowed.</summary>
    public async Task<PromotionRecord> RunAsync(
        PromotionPlan plan,
        DataMigrationRequest request,
        RunContext context,
        PromotionLease lease,
        IProgress<DataMigrationProgress>? progress,
        CancellationToken cancellationToken)
    {
        DateTimeOffset now = parts.Time.GetUtcNow();
        var begun = new Saved<RecordDocument>(
            new RecordDocument
            {
                Record = new PromotionRecord
                {
                    Id = Guid.CreateVersion7(now).ToString("N"),
                    Plan = plan,
                    State = PromotionState.Applying,
                    StartedAt = now,
                    Gates = context.Gates,
                    Approvals = context.Approvals,
                },
            },
            Version: 0);
        string what = $"moving {string.Join(", ", plan.RequestedComponents)} from '{plan.Source}': {plan.Reason}";
        try
        {
            begun = await CommitAsync(begun, lease, PromotionEventKind.Started, what, static r => r, cancellationToken).ConfigureAwait(false);
        }
        catch (StateConflictException e) when (e.Key == PromotionStore.StopKey)
        {
            throw new PromotionException("The pipeline was stopped in this moment; nothing was changed.", e);
        }

        var done = new DoneComponents(progress);
        DataMigrationReport report;
        try
        {
            report = await MoveAsync(request with { Components = plan.RequestedComponents }, lease, done, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not LeaseLostException)
        {
            string why = $"{Describe(e)}{(done.Names.Count == 0 ? " Nothing was moved." : $" Moved before that: {string.Join(", ", done.Names)}.")}";
            await EndAsync(begun, lease, PromotionState.Failed, PromotionEventKind.Failed, why, report: null).ConfigureAwait(false);
            throw;
        }

        string moved = string.Join(", ", report.Components.Select(c => c.HasChanged ? $"{c.Component} is moved" : $"{c.Component} was so already"));
        PromotionRecord record = await EndAsync(begun, lease, PromotionState.Succeeded, PromotionEventKind.Succeeded, moved, report).ConfigureAwait(false);
        await parts.Retention.SweepAsync(plan.Target, lease, cancellationToken).ConfigureAwait(false);
        return record;
    }

    /// <summary>Ends the record of a migration whose process is gone.</summary>
    public Task<PromotionRecord> EndInterruptedAsync(Saved<RecordDocument> saved, PromotionLease lease) => EndAsync(
        saved,
        lease,
        PromotionState.Failed,
        PromotionEventKind.Failed,
        "its process ended; each component is as it was or as it should be, and the same request goes on from there",
        report: null);

    private async Task<DataMigrationReport> MoveAsync(
        DataMigrationRequest request, PromotionLease lease, DoneComponents done, CancellationToken cancellationToken)
    {
        using var halt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task guard = GuardAsync(lease, halt.Token);
        try
        {
            Task<DataMigrationReport> move = _migrator!.MigrateAsync(request, done, halt.Token);
            if (await Task.WhenAny(move, guard).ConfigureAwait(false) == guard)
                await halt.CancelAsync().ConfigureAwait(false);
            try
            {
                return await move.ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (guard.IsFaulted)
            {
                // Why it was halted is what the caller has to know.
                await guard.ConfigureAwait(false);
                throw;
            }
        }
        finally
        {
            await halt.CancelAsync().ConfigureAwait(false);
            await guard.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Keeps the lease while data is moved, which may take hours, and looks at the stop button.</summary>
    /// <exception cref="PromotionException">Somebody has pressed it.</exception>
    /// <exception cref="LeaseLostException">Somebody else may be at work.</exception>
    private async Task GuardAsync(PromotionLease lease, CancellationToken cancellationToken)
    {
        TimeSpan third = leases.Duration / 3;
        using var timer = new PeriodicTimer(third < LongestTick ? third : LongestTick, parts.Time);
        long renewed = parts.Time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                PromotionStop? stop = (await parts.Store.GetAsync(
                    PromotionStore.StopKey, PromotionJson.Default.PromotionStop, cancellationToken).ConfigureAwait(false)).Value;
                if (stop is not null)
                    throw new PromotionException($"{stop.Author} has stopped the pipeline: {stop.Reason}. The same request goes on when it is resumed.");
                if (parts.Time.GetElapsedTime(renewed) < third)
                    continue;
                await lease.RenewAsync(cancellationToken).ConfigureAwait(false);
                renewed = parts.Time.GetTimestamp();
            }
            catch (StateException e) when (e.IsTransient && parts.Time.GetElapsedTime(renewed) < leases.Duration)
            {
                // The lease still runs; the next round tries again.
                continue;
            }
        }
    }

    private async Task<PromotionRecord> EndAsync(
        Saved<RecordDocument> saved, PromotionLease lease, PromotionState state, PromotionEventKind kind, string what, DataMigrationReport? report)
    {
        // What happened is recorded, also when the caller waits no longer.
        Saved<RecordDocument> ended = await CommitAsync(
            saved,
            lease,
            kind,
            what,
            record => record with
            {
                State = state,
                EndedAt = parts.Time.GetUtcNow(),
                Data = report,
                Failure = state == PromotionState.Failed ? what : null,
            },
            CancellationToken.None,
            report).ConfigureAwait(false);
        return ended.Value!.Record;
    }

    private async Task<Saved<RecordDocument>> CommitAsync(
        Saved<RecordDocument> saved,
        PromotionLease lease,
        PromotionEventKind kind,
        string what,
        Func<PromotionRecord, PromotionRecord> change,
        CancellationToken cancellationToken,
        DataMigrationReport? report = null)
    {
        PromotionRecord record = saved.Value!.Record;
        (string target, bool begins) = (record.Plan.Target, kind == PromotionEventKind.Started);
        RecordDocument? next = null;
        await parts.Audit.CommitAsync(
            RunEvent.Of(record, kind, what, parts.Time.GetUtcNow()) with { Data = report },
            (transaction, happened) =>
            {
                next = saved.Value with { Record = change(record) with { Events = RunEvent.Append(record, happened) } };
                transaction.Put(
                    PromotionStore.RecordKey(target, record.Id), PromotionStore.Write(next, PromotionJson.Default.RecordDocument), saved.Version);
                transaction.Require(lease.Current);
                if (begins)
                {
                    // Who has pressed the button can be sure that nothing begins any more.
                    transaction.Expect(PromotionStore.StopKey, version: 0);
                    transaction.Put(
                        PromotionStore.ActiveKey(target), PromotionStore.Write(new ActiveDocument(record.Id), PromotionJson.Default.ActiveDocument));
                }
                else
                {
                    transaction.Delete(PromotionStore.ActiveKey(target));
                }
            },
            cancellationToken).ConfigureAwait(false);
        if (kind == PromotionEventKind.Failed)
            parts.Logger.WentWrong(record.Id, target, kind, what);
        else
            parts.Logger.Happened(record.Id, target, kind, what);
        return new Saved<RecordDocument>(next, saved.Version + 1);
    }

    // The words of our own exceptions quote no data; of others the type has to do.
    private static string Describe(Exception e) => e switch
    {
        OperationCanceledException => "It was cancelled.",
        VaraiException => e.Message,
        _ => $"It failed with {e.GetType().Name}.",
    };

    /// <summary>Remembers which components are done, for the case that the others are not.</summary>
    private sealed class DoneComponents(IProgress<DataMigrationProgress>? progress) : IProgress<DataMigrationProgress>
    {
        public List<string> Names { get; } = [];

        // Components are moved one after the other, and each is done once.
        public void Report(DataMigrationProgress value)
        {
            if (value.Phase == DataMigrationPhase.Done)
                Names.Add(value.Component);
            progress?.Report(value);
        }
    }
}
