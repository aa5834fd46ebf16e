using Varai.Configuration;
using Varai.Promotion.Planning;
using Varai.Promotion.Store;
using Varai.State;

namespace Varai.Promotion.Running;

/// <summary>One record on its way to its end.</summary>
internal sealed class PromotionRun(
    PromotionRunner runner, RunParts parts, PromotionLease lease, RecordDocument document, long version, IProgress<PromotionEvent>? progress)
{
    private RecordDocument _document = document;
    private long _version = version;

    public PromotionRecord Record => _document.Record;

    /// <summary>The snapshot before, and the document that it is of; null when another process took it.</summary>
    public (PromotionSnapshot Snapshot, ConfigurationNode Root)? Before { get; init; }

    private string Target => Record.Plan.Target;

    public async Task StartAsync(RecordDocument? original, CancellationToken cancellationToken)
    {
        Saved<RecordDocument> first = default;
        if (original is not null)
            first = await parts.Store.GetRecordAsync(Target, original.Record.Id, cancellationToken).ConfigureAwait(false);
        string what = Record.Plan.Kind == PromotionKind.Promotion
            ? $"{Record.Plan.Changes.Count()} changes from '{Record.Plan.Source}': {Record.Plan.Reason}"
            : $"{Record.Plan.Changes.Count()} changes: {Record.Plan.Reason}";
        await CommitAsync(PromotionState.Applying, PromotionEventKind.Started, what, failure: null, (transaction, _) =>
        {
            // Who has pressed the button can be sure that nothing begins any more.
            if (Record.Plan.Kind != PromotionKind.Rollback)
                transaction.Expect(PromotionStore.StopKey, version: 0);
            transaction.Put(PromotionStore.ActiveKey(Target), PromotionStore.Write(new ActiveDocument(Record.Id), PromotionJson.Default.ActiveDocument));
            if (first.Value is { } rolledBack)
                Put(transaction, rolledBack with { Record = rolledBack.Record with { State = PromotionState.RollingBack, RolledBackBy = Record.Id } }, first.Version);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Finds out whether the target was changed, and takes that down.</summary>
    /// <param name="failure">What went wrong in this process; null when it was another.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public async Task SettleAsync(Exception? failure, CancellationToken cancellationToken)
    {
        await parts.Documents.RecoverAsync(cancellationToken).ConfigureAwait(false);
        PromotionPlan plan = Record.Plan;
        ConfigurationVersion? made = await parts.Versions.FindOperationAsync(
            Target, Record.Id, plan.TargetVersion ?? 0, cancellationToken).ConfigureAwait(false);
        string why = failure is null ? "its process ended before the target was changed" : $"the target was not changed: {Describe(failure)}";
        if (made is not null || !plan.Changes.Any())
        {
            await AppliedAsync(made?.Number, cancellationToken).ConfigureAwait(false);
            return;
        }

        // No version tells of it: somebody has saved the file by hand in between. The values do.
        ConfigurationSnapshot now = await parts.Planner.ReadSharedAsync(Target, cancellationToken).ConfigureAwait(false);
        int done = plan.Changes.Count(c => IsAs(now, c.Key, c.After));
        int open = plan.Changes.Count(c => IsAs(now, c.Key, c.Before));
        if (done == plan.Changes.Count() && open < done)
            await AppliedAsync(number: null, cancellationToken).ConfigureAwait(false);
        else if (done == 0)
            await FailAsync(PromotionState.Failed, PromotionEventKind.Failed, why, cancellationToken).ConfigureAwait(false);
        else
            await FailAsync(PromotionState.NeedsAttention, PromotionEventKind.NeedsAttention, $"{done} of {plan.Changes.Count()} keys have their new values, and no version tells why", cancellationToken).ConfigureAwait(false);
    }

    public async Task AppliedAsync(long? number, CancellationToken cancellationToken)
    {
        // From what was there and what was changed, not from what there is now: somebody may have edited it since, and a way back
        // must not take that edit for the promotion's.
        PromotionSnapshot before = Before?.Snapshot ?? await parts.Snapshots.ReadAsync(Record.SnapshotBefore!, cancellationToken).ConfigureAwait(false);
        string snapshot = Record.Plan.Changes.Any()
            ? await parts.Snapshots.TakeAsync(Target, before, Before?.Root, Record.Plan.Components, cancellationToken).ConfigureAwait(false)
            : before.Id;
        _document = _document with { Record = Record with { TargetVersion = number, SnapshotAfter = snapshot } };
        string what = number is null ? "nothing was to be changed" : $"version {number} of '{Target}'";
        await CommitAsync(PromotionState.Verifying, PromotionEventKind.Applied, what, failure: null, (transaction, _) =>
        {
            foreach ((string component, string blob) in _document.NewBases)
            {
                transaction.Put(
                    PromotionStore.BaseKey(Target, Record.Plan.Source, component),
                    PromotionStore.Write(new BaseDocument(blob, Record.Id), PromotionJson.Default.BaseDocument));
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Verifies what is applied, and ends the record.</summary>
    public async Task<PromotionRecord> FinishAsync(CancellationToken cancellationToken)
    {
        if (Record.State == PromotionState.Verifying && Record.Plan.Kind == PromotionKind.Rollback)
            await EndRollbackAsync(cancellationToken).ConfigureAwait(false);
        else if (Record.State == PromotionState.Verifying && !_document.HasFailedChecks)
            await VerifyAsync(cancellationToken).ConfigureAwait(false);
        if (Record.State == PromotionState.Verifying && _document.HasFailedChecks)
            await RollBackAsync(cancellationToken).ConfigureAwait(false);
        if (Record.HasEnded)
            await parts.Retention.SweepAsync(Target, lease, cancellationToken).ConfigureAwait(false);
        return Record;
    }

    private async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var results = new List<EnvironmentCheckResult>();
        var context = new EnvironmentCheckContext(Target, Record.Id, Record.Plan);
        foreach (IEnvironmentCheck check in parts.Checks.Of(Target))
        {
            EnvironmentCheckResult result = await parts.Checks.RunAsync(check, context, lease.RenewAsync, cancellationToken).ConfigureAwait(false);
            results.Add(result);
            _document = _document with { HasFailedChecks = !result.IsHealthy, Record = Record with { Checks = [.. results] } };
            string outcome = $"{result.Check} {(result.IsHealthy ? "is healthy" : "is not healthy")}: {result.Reason}";
            await CommitAsync(
                PromotionState.Verifying, PromotionEventKind.Checked, outcome, result.IsHealthy ? null : outcome, more: null, cancellationToken).ConfigureAwait(false);
            if (!result.IsHealthy)
                return;
        }

        await EndAsync(PromotionState.Succeeded, PromotionEventKind.Succeeded, "it is done", failure: null, more: null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes back what failed its verification; what somebody has changed since stays.</summary>
    private async Task RollBackAsync(CancellationToken cancellationToken)
    {
        string why = $"the verification failed: {Record.Failure}";
        PromotionRecord rollback;
        try
        {
            await lease.RenewAsync(cancellationToken).ConfigureAwait(false);
            PlannedPromotion planned = await parts.Planner.PlanRollbackAsync(
                Record, $"promotion:{Record.Id}", why, PromotionConflictHandling.KeepLater, cancellationToken).ConfigureAwait(false);
            if (planned.Plan.Errors.Count > 0)
                throw new PromotionException($"The document as it was before would not be valid: {planned.Plan.Errors[0]}");
            rollback = await runner.RunAsync(
                planned, new RunContext([], [], _document, IsAutomatic: true), lease, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ConfigurationException or PromotionException)
        {
            await ReloadAsync(cancellationToken).ConfigureAwait(false);
            await FailAsync(
                PromotionState.NeedsAttention, PromotionEventKind.NeedsAttention, $"{why}; it could not be taken back: {e.Message}", cancellationToken).ConfigureAwait(false);
            return;
        }

        await ReloadAsync(cancellationToken).ConfigureAwait(false);
        if (rollback.State != PromotionState.Succeeded && !Record.HasEnded)
        {
            await FailAsync(
                PromotionState.NeedsAttention, PromotionEventKind.NeedsAttention, $"{why}; it could not be taken back: {rollback.Failure}", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends a rollback together with the record that it takes back: its state, its base, and the hold.</summary>
    private async Task EndRollbackAsync(CancellationToken cancellationToken)
    {
        Saved<RecordDocument> original = await parts.Store.GetRecordAsync(Target, Record.RollbackOf!, cancellationToken).ConfigureAwait(false);
        PromotionRecord taken = original.Value!.Record;
        Saved<HoldsDocument> holds = await parts.Store.GetAsync(
            PromotionStore.HoldsKey(Target), PromotionJson.Default.HoldsDocument, cancellationToken).ConfigureAwait(false);
        var hold = new PromotionHold(
            taken.Id,
            Target,
            Record.Plan.Author,
            Record.Plan.Reason,
            parts.Time.GetUtcNow(),
            taken.Plan.Changes.ToDictionary(
                c => c.Key,
                c => c.After is null ? "" : Canonical.Hash(System.Text.Encoding.UTF8.GetBytes(c.After)),
                StringComparer.Ordinal));
        List<Action<StateTransaction>> bases = await new BaseReversal(parts.Store, parts.Snapshots).PrepareAsync(original.Value, cancellationToken).ConfigureAwait(false);
        await EndAsync(PromotionState.Succeeded, PromotionEventKind.RolledBack, $"promotion {taken.Id} is taken back: {Record.Plan.Reason}", failure: null, (transaction, happened) =>
        {
            Put(transaction, original.Value with
            {
                Record = taken with
                {
                    State = PromotionState.RolledBack,
                    EndedAt = taken.EndedAt ?? parts.Time.GetUtcNow(),
                    RolledBackBy = Record.Id,
                    Failure = taken.Failure ?? Record.Plan.Reason,
                    Events = [.. taken.Events, happened],
                },
            }, original.Version);
            if (hold.Values.Count > 0 && taken.Plan.Kind == PromotionKind.Promotion)
            {
                transaction.Put(
                    PromotionStore.HoldsKey(Target),
                    PromotionStore.Write(new HoldsDocument([.. (holds.Value?.Holds ?? []).Where(h => h.RecordId != taken.Id), hold]), PromotionJson.Default.HoldsDocument),
                    holds.Version);
            }

            foreach (Action<StateTransaction> change in bases)
                change(transaction);
        }, cancellationToken).ConfigureAwait(false);
    }

    private async Task FailAsync(PromotionState state, PromotionEventKind kind, string why, CancellationToken cancellationToken)
    {
        Saved<RecordDocument> original = Record.RollbackOf is { } id
            ? await parts.Store.GetRecordAsync(Target, id, cancellationToken).ConfigureAwait(false)
            : default;
        await EndAsync(state, kind, why, why, (transaction, _) =>
        {
            if (original.Value is not { Record.State: PromotionState.RollingBack } taken)
                return;

            // One that failed its verification goes back to where it waits to be taken back, and so stays open.
            Put(transaction, taken with
            {
                Record = taken.Record with { State = taken.HasFailedChecks ? PromotionState.Verifying : PromotionState.Succeeded, RolledBackBy = null },
            }, original.Version);
            if (taken.HasFailedChecks)
                transaction.Put(PromotionStore.ActiveKey(Target), PromotionStore.Write(new ActiveDocument(taken.Record.Id), PromotionJson.Default.ActiveDocument));
        }, cancellationToken, staysOpen: original.Value is { HasFailedChecks: true }).ConfigureAwait(false);
    }

    private Task EndAsync(
        PromotionState state,
        PromotionEventKind kind,
        string what,
        string? failure,
        Action<StateTransaction, PromotionEvent>? more,
        CancellationToken cancellationToken,
        bool staysOpen = false)
    {
        _document = _document with { Record = Record with { EndedAt = parts.Time.GetUtcNow() } };
        return CommitAsync(state, kind, what, failure, (transaction, happened) =>
        {
            if (!staysOpen)
                transaction.Delete(PromotionStore.ActiveKey(Target));
            more?.Invoke(transaction, happened);
        }, cancellationToken);
    }

    private async Task CommitAsync(
        PromotionState state,
        PromotionEventKind kind,
        string what,
        string? failure,
        Action<StateTransaction, PromotionEvent>? more,
        CancellationToken cancellationToken)
    {
        RecordDocument? next = null;
        PromotionEvent written = await parts.Audit.CommitAsync(
            RunEvent.Of(Record, kind, what, parts.Time.GetUtcNow()),
            (transaction, happened) =>
            {
                next = _document with
                {
                    Record = Record with { State = state, Failure = failure ?? Record.Failure, Events = RunEvent.Append(Record, happened) },
                };
                Put(transaction, next, _version);
                transaction.Require(lease.Current);
                more?.Invoke(transaction, happened);
            },
            cancellationToken).ConfigureAwait(false);
        _document = next!;
        _version++;
        if (kind is PromotionEventKind.Failed or PromotionEventKind.NeedsAttention || failure is not null)
            parts.Logger.WentWrong(Record.Id, Target, kind, what);
        else
            parts.Logger.Happened(Record.Id, Target, kind, what);
        progress?.Report(written);
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        Saved<RecordDocument> saved = await parts.Store.GetRecordAsync(Target, Record.Id, cancellationToken).ConfigureAwait(false);
        _document = saved.Value!;
        _version = saved.Version;
    }

    private void Put(StateTransaction transaction, RecordDocument record, long expected) => transaction.Put(
        PromotionStore.RecordKey(Target, record.Record.Id), PromotionStore.Write(record, PromotionJson.Default.RecordDocument), expected);

    private static bool IsAs(ConfigurationSnapshot document, string key, string? json) =>
        document.Root.FindKey(key) is { } node ? json is not null && Canonical.Text(node) == json : json is null;

    // The words of our own exceptions hold no values that are secret; of others the type has to do.
    private static string Describe(Exception e) => e is VaraiException ? e.Message : e.GetType().Name;
}
