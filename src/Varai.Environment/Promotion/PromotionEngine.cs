using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.Data;
using Varai.Promotion.Gates;
using Varai.Promotion.Planning;
using Varai.Promotion.Running;
using Varai.Promotion.Store;
using Varai.State;

namespace Varai.Promotion;

/// <summary>Plans, checks and records; <see cref="PromotionRunner"/> does.</summary>
internal sealed class PromotionEngine(
    IEnvironmentConfiguration configuration,
    PromotionPlanner planner,
    PromotionGates gates,
    ApprovalGate approvals,
    PromotionRunner runner,
    DataMigrationRunner data,
    PromotionLeases leases,
    PromotionExplainer explainer,
    PromotionStore store,
    VersionLookup versions,
    AuditTrail audit,
    PromotionSignal signal,
    IOptions<PromotionOptions> options,
    TimeProvider time) : IPromotionEngine
{
    // Every conflict means that somebody else got on; this many in a row mean that something is wrong.
    private const int MaximumAttempts = 20;

    public async Task<PromotionPlan> PlanAsync(PromotionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfUnknown(request.Overrides, nameof(request));
        PlannedPromotion planned = await planner.PlanAsync(request, cancellationToken).ConfigureAwait(false);
        return planned.Plan with { Gates = await gates.AskAsync(planned.Plan, cancellationToken).ConfigureAwait(false) };
    }

    public async Task<PromotionRecord> PromoteAsync(
        PromotionPlan plan, IProgress<PromotionEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        cancellationToken.ThrowIfCancellationRequested();
        if (plan.Kind != PromotionKind.Promotion)
            throw new ArgumentException($"The plan is a {plan.Kind}; only promotions are carried out from a plan.", nameof(plan));
        ThrowIfForged(plan);
        return await PromoteAsync(RequestOf(plan), plan, progress, cancellationToken).ConfigureAwait(false);
    }

    public async Task<PromotionRecord> PromoteAsync(
        PromotionRequest request, IProgress<PromotionEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfUnknown(request.Overrides, nameof(request));
        return await PromoteAsync(request, plan: null, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="request">What is asked for.</param>
    /// <param name="plan">The plan it has to come to; null where whatever it comes to is meant.</param>
    /// <param name="progress">Is told of each step.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    private async Task<PromotionRecord> PromoteAsync(
        PromotionRequest request, PromotionPlan? plan, IProgress<PromotionEvent>? progress, CancellationToken cancellationToken)
    {
        try
        {
            PromotionLease lease = await leases.TakeAsync(request.Target, cancellationToken).ConfigureAwait(false);
            await using (lease.ConfigureAwait(false))
            {
                await FinishOpenAsync(request.Target, lease, cancellationToken).ConfigureAwait(false);
                PlannedPromotion planned = await planner.PlanAsync(request, cancellationToken).ConfigureAwait(false);
                if (plan is not null)
                {
                    if (planned.Plan.Hash != plan.Hash)
                        throw await StaleAsync(plan, planned.Plan, cancellationToken).ConfigureAwait(false);

                    // The time that people know it by is the time when it was made.
                    planned = planned with { Plan = planned.Plan with { CreatedAt = plan.CreatedAt } };
                }

                IReadOnlyList<PromotionGateResult> answers = await AskAsync(planned.Plan, cancellationToken).ConfigureAwait(false);
                IReadOnlyList<PromotionApproval> agreed = await approvals.FindValidAsync(planned.Plan, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
                await lease.RefreshAsync(cancellationToken).ConfigureAwait(false);
                return await runner.RunAsync(planned, new RunContext(answers, agreed), lease, progress, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            signal.Wake();
        }
    }

    public async Task<PromotionRecord> RollbackAsync(
        PromotionRollback rollback, IProgress<PromotionEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rollback);
        cancellationToken.ThrowIfCancellationRequested();
        if (rollback.OnConflict is not (PromotionConflictHandling.Stop or PromotionConflictHandling.KeepLater or PromotionConflictHandling.Force))
            throw new ArgumentOutOfRangeException(nameof(rollback), rollback.OnConflict, "There is no such way to handle conflicts.");
        string target = (await RequireAsync(rollback.RecordId, cancellationToken).ConfigureAwait(false)).Record.Plan.Target;
        try
        {
            PromotionLease lease = await leases.TakeAsync(target, cancellationToken).ConfigureAwait(false);
            await using (lease.ConfigureAwait(false))
            {
                await FinishOpenAsync(target, lease, cancellationToken).ConfigureAwait(false);

                // Read again: it may have been open until now.
                RecordDocument record = (await store.GetRecordAsync(target, rollback.RecordId, cancellationToken).ConfigureAwait(false)).Value
                    ?? throw new PromotionException($"The record '{rollback.RecordId}' is no longer kept.");
                if (record.Record is not { State: PromotionState.Succeeded or PromotionState.NeedsAttention, SnapshotAfter: not null })
                    throw new PromotionException($"The {record.Record.Plan.Kind} {record.Record.Id} is {record.Record.State}: there is nothing to take back.");
                PlannedPromotion planned = await planner.PlanRollbackAsync(
                    record.Record, rollback.Author, rollback.Reason, rollback.OnConflict, cancellationToken).ConfigureAwait(false);
                PromotionConflict[] open = [.. planned.Plan.Conflicts.Where(c => c.Choice is null)];
                if (open.Length > 0)
                {
                    throw new PromotionConflictException(
                        $"The promotion {record.Record.Id} can't be taken back without a decision: since then {string.Join(", ", open.Select(c => $"{c.Key}{(c.TargetAuthor is null ? "" : $" by {c.TargetAuthor}")}"))} changed. "
                        + "KeepLater leaves these as they are now, Force gives them their values of before too.",
                        open);
                }

                IReadOnlyList<PromotionGateResult> answers = await AskAsync(planned.Plan, cancellationToken).ConfigureAwait(false);
                await lease.RefreshAsync(cancellationToken).ConfigureAwait(false);
                return await runner.RunAsync(planned, new RunContext(answers, [], record), lease, progress, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            signal.Wake();
        }
    }

    /// <summary>Gives an environment the components of a snapshot.</summary>
    public async Task<PromotionRecord> RestoreAsync(PromotionRestore restore, CancellationToken cancellationToken)
    {
        try
        {
            PromotionLease lease = await leases.TakeAsync(restore.Environment, cancellationToken).ConfigureAwait(false);
            await using (lease.ConfigureAwait(false))
            {
                await FinishOpenAsync(restore.Environment, lease, cancellationToken).ConfigureAwait(false);
                PlannedPromotion planned = await planner.PlanRestoreAsync(restore, cancellationToken).ConfigureAwait(false);
                IReadOnlyList<PromotionGateResult> answers = await AskAsync(planned.Plan, cancellationToken).ConfigureAwait(false);
                await lease.RefreshAsync(cancellationToken).ConfigureAwait(false);
                return await runner.RunAsync(planned, new RunContext(answers, []), lease, progress: null, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            signal.Wake();
        }
    }

    public async Task<PromotionPlan> PlanDataMigrationAsync(PromotionDataMigration migration, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(migration);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfUnknown(migration.Overrides, nameof(migration));
        PromotionPlan plan = data.Plan(migration);
        return plan with { Gates = await gates.AskAsync(plan, cancellationToken).ConfigureAwait(false) };
    }

    public async Task<PromotionRecord> MigrateDataAsync(
        PromotionDataMigration migration, IProgress<DataMigrationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(migration);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfUnknown(migration.Overrides, nameof(migration));
        PromotionPlan plan = data.Plan(migration);
        try
        {
            PromotionLease lease = await leases.TakeAsync(plan.Target, cancellationToken).ConfigureAwait(false);
            await using (lease.ConfigureAwait(false))
            {
                await FinishOpenAsync(plan.Target, lease, cancellationToken).ConfigureAwait(false);
                IReadOnlyList<PromotionGateResult> answers = await AskAsync(plan, cancellationToken).ConfigureAwait(false);
                IReadOnlyList<PromotionApproval> agreed = await approvals.FindValidAsync(plan, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
                await lease.RefreshAsync(cancellationToken).ConfigureAwait(false);
                return await data.RunAsync(plan, migration.Request, new RunContext(answers, agreed), lease, progress, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            signal.Wake();
        }
    }

    public async Task<PromotionApproval> ApproveAsync(
        PromotionPlan plan, string approver, string? comment = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentException.ThrowIfNullOrWhiteSpace(approver);
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfForged(plan);
        if (approver.Equals(plan.Author, StringComparison.OrdinalIgnoreCase))
            throw new PromotionException($"{approver} has made this plan; somebody else has to agree to it.");
        PromotionStageSettings settings = planner.SettingsOf(plan.Target) ?? new PromotionStageSettings();
        if (!ApprovalGate.MayApprove(settings, plan, approver))
            throw new PromotionException($"{approver} is none of those who may agree to promotions to '{plan.Target}': {string.Join(", ", settings.Approvers)}.");
        var approval = new PromotionApproval(plan.Hash, approver, time.GetUtcNow(), comment);
        for (int attempt = 1; ; attempt++)
        {
            Saved<ApprovalsDocument> known = await store.GetAsync(
                PromotionStore.ApprovalsKey(plan.Hash), PromotionJson.Default.ApprovalsDocument, cancellationToken).ConfigureAwait(false);
            IEnumerable<PromotionApproval> others = (known.Value?.Approvals ?? []).Where(a => !a.Approver.Equals(approver, StringComparison.OrdinalIgnoreCase));
            var next = new ApprovalsDocument([.. others, approval]);
            try
            {
                await audit.CommitAsync(
                    new PromotionEvent
                    {
                        Kind = PromotionEventKind.Approved,
                        Time = approval.Time,
                        Author = approver,
                        Reason = comment ?? "agreed",
                        Source = plan.Source,
                        Target = plan.Target,
                        PlanHash = plan.Hash,
                    },
                    (transaction, _) => transaction.Put(
                        PromotionStore.ApprovalsKey(plan.Hash), PromotionStore.Write(next, PromotionJson.Default.ApprovalsDocument), known.Version),
                    cancellationToken).ConfigureAwait(false);
                signal.Wake();
                return approval;
            }
            catch (StateConflictException) when (attempt < MaximumAttempts)
            {
                // Somebody else agreed in this moment.
                continue;
            }
        }
    }

    public async Task<PromotionRecord?> FindAsync(string recordId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(recordId);
        cancellationToken.ThrowIfCancellationRequested();
        return (await store.FindRecordAsync(recordId, new Pipeline(options.Value.Pipeline).Names, cancellationToken).ConfigureAwait(false))?.Record;
    }

    public async IAsyncEnumerable<PromotionRecord> GetHistoryAsync(
        string target, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (RecordDocument document in await store.ListRecordsAsync(target.ToLowerInvariant(), cancellationToken).ConfigureAwait(false))
            yield return document.Record;
    }

    public Task<PromotionExplanation> ExplainAsync(string environment, string key, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(environment);
        ArgumentException.ThrowIfNullOrEmpty(key);
        cancellationToken.ThrowIfCancellationRequested();
        return explainer.ExplainAsync(environment.ToLowerInvariant(), key, cancellationToken);
    }

    public async Task<IReadOnlyList<PromotionRecord>> RecoverAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var finished = new List<PromotionRecord>();
        foreach ((string target, _) in await store.ListActiveAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await leases.TryTakeAsync(target, cancellationToken).ConfigureAwait(false) is not { } lease)
                continue;
            await using (lease.ConfigureAwait(false))
                finished.AddRange(await FinishOpenAsync(target, lease, cancellationToken).ConfigureAwait(false));
        }

        if (finished.Count > 0)
            signal.Wake();
        return finished;
    }

    private async Task<List<PromotionRecord>> FinishOpenAsync(string target, PromotionLease lease, CancellationToken cancellationToken)
    {
        var finished = new List<PromotionRecord>();
        string? last = null;
        while ((await store.GetAsync(PromotionStore.ActiveKey(target), PromotionJson.Default.ActiveDocument, cancellationToken).ConfigureAwait(false)).Value is { } active)
        {
            if (active.RecordId == last)
                throw new StateException($"The promotion {last} to '{target}' does not come to an end; its record was changed by hand.");
            last = active.RecordId;
            Saved<RecordDocument> saved = await store.GetRecordAsync(target, active.RecordId, cancellationToken).ConfigureAwait(false);
            finished.Add(saved.Value is { Record.Plan.Kind: PromotionKind.DataMigration }
                ? await data.EndInterruptedAsync(saved, lease).ConfigureAwait(false)
                : await runner.ResumeAsync(target, active.RecordId, lease, cancellationToken).ConfigureAwait(false));
        }

        return finished;
    }

    private async Task<IReadOnlyList<PromotionGateResult>> AskAsync(PromotionPlan plan, CancellationToken cancellationToken)
    {
        IReadOnlyList<PromotionGateResult> answers = await gates.AskAsync(plan, cancellationToken).ConfigureAwait(false);
        PromotionGateResult[] closed = [.. answers.Where(g => !g.IsPassed)];
        if (closed.Length == 0)
            return answers;
        string reason = string.Join("; ", closed.Select(g => $"{g.Gate}: {g.Reason}"));
        await audit.CommitAsync(
            new PromotionEvent
            {
                Kind = PromotionEventKind.Refused,
                Time = time.GetUtcNow(),
                Author = plan.Author,
                Reason = reason,
                Source = plan.Source,
                Target = plan.Target,
                PlanHash = plan.Hash,
                Gates = answers,
            },
            static (_, _) => { },
            cancellationToken).ConfigureAwait(false);
        throw new PromotionRefusedException($"The {plan.Kind} from '{plan.Source}' to '{plan.Target}' is refused: {reason}. Nothing was changed.", answers);
    }

    private async Task<PromotionStaleException> StaleAsync(PromotionPlan plan, PromotionPlan now, CancellationToken cancellationToken)
    {
        var moved = new List<string>();
        if (plan.SourceHash != now.SourceHash)
            moved.AddRange(await FindMovedAsync(plan.Source, plan.SourceVersion, plan, now, cancellationToken).ConfigureAwait(false));
        if (plan.TargetHash != now.TargetHash)
            moved.AddRange(await FindMovedAsync(plan.Target, plan.TargetVersion, plan, now, cancellationToken).ConfigureAwait(false));
        string what = (plan.SourceHash != now.SourceHash, plan.TargetHash != now.TargetHash) switch
        {
            (true, true) => $"'{plan.Source}' and '{plan.Target}' have changed",
            (true, false) => $"'{plan.Source}' has changed",
            (false, true) => $"'{plan.Target}' has changed",
            _ when plan.PolicyHash != now.PolicyHash => "the policy has changed",
            _ => "what was last promoted between them has changed",
        };
        return new PromotionStaleException(
            $"The plan {plan.Hash} is refused: since it was made, {what}{(moved.Count == 0 ? "" : $" ({string.Join("; ", moved)})")}. Nothing was changed; plan again.",
            now,
            moved);
    }

    private async Task<IEnumerable<string>> FindMovedAsync(
        string environment, long? version, PromotionPlan plan, PromotionPlan now, CancellationToken cancellationToken)
    {
        string[] keys;
        try
        {
            keys = version is { } number
                ? [.. (await configuration.DiffAsync(
                    ConfigurationReference.Version(number, environment), ConfigurationReference.Files(environment), cancellationToken).ConfigureAwait(false)).Select(d => d.Key)]
                : [];
        }
        catch (ConfigurationException)
        {
            // The files are wrong by now; the plans tell as much as there is to tell.
            keys = [];
        }

        if (keys.Length == 0)
            keys = [.. plan.Changes.Except(now.Changes).Concat(now.Changes.Except(plan.Changes)).Select(c => c.Key).Distinct(StringComparer.OrdinalIgnoreCase)];
        Dictionary<string, string> authors = await versions.FindAuthorsAsync(environment, keys, cancellationToken).ConfigureAwait(false);
        return keys.Select(k => authors.TryGetValue(k, out string? author) ? $"{environment}: {k} by {author}" : $"{environment}: {k}");
    }

    private async Task<RecordDocument> RequireAsync(string recordId, CancellationToken cancellationToken) =>
        await store.FindRecordAsync(recordId, new Pipeline(options.Value.Pipeline).Names, cancellationToken).ConfigureAwait(false)
        ?? throw new PromotionException($"There is no promotion '{recordId}'.");

    private void ThrowIfUnknown(IEnumerable<PromotionOverride> overrides, string parameter)
    {
        foreach (PromotionOverride passed in overrides)
        {
            if (string.IsNullOrWhiteSpace(passed.Reason))
                throw new ArgumentException($"The override of the gate '{passed.Gate}' needs a reason.", parameter);
            if (!gates.Names.Contains(passed.Gate, StringComparer.OrdinalIgnoreCase))
                throw new PromotionException($"There is no gate '{passed.Gate}' to override; there are {string.Join(", ", gates.Names)}.");
        }
    }

    private static void ThrowIfForged(PromotionPlan plan)
    {
        string hash = PlanHash.Compute(plan);
        if (hash != plan.Hash)
            throw new PromotionException($"The plan was changed after it was made: it says its hash is {plan.Hash}, and it is {hash}. Plan again.");
    }

    private static PromotionRequest RequestOf(PromotionPlan plan) => new(plan.Source, plan.Target, plan.Author, plan.Reason)
    {
        Components = plan.RequestedComponents,
        Resolutions = plan.Resolutions,
        Overrides = plan.Overrides,
    };
}
