using Varai.Configuration;
using Varai.Promotion.Planning;
using Varai.Promotion.Store;
using Varai.State;

namespace Varai.Promotion.Running;

/// <summary>Carries a plan out step by step, and goes on from wherever another process has stopped.</summary>
/// <remarks>Every step is one commit under the lease: the record, its entry in the audit, and what else goes with it. The target itself is
/// changed between the first and the second, by the writer of configurations, which takes the promotion's id into the version it makes;
/// that is how one can tell afterwards whether it happened.</remarks>
internal sealed class PromotionRunner(RunParts parts)
{
    /// <summary>Carries out a plan that was found to be current and allowed.</summary>
    public async Task<PromotionRecord> RunAsync(
        PlannedPromotion planned, RunContext context, PromotionLease lease, IProgress<PromotionEvent>? progress, CancellationToken cancellationToken)
    {
        DateTimeOffset now = parts.Time.GetUtcNow();
        string target = planned.Plan.Target;
        var bases = new Dictionary<string, string>(StringComparer.Ordinal);
        SnapshotBatch batch = parts.Snapshots.Begin(target);
        var oldBases = new Dictionary<string, string>(planned.OldBases, StringComparer.Ordinal);
        if (planned.Plan.Kind == PromotionKind.Promotion)
        {
            foreach (PromotionComponent component in planned.Plan.Components)
            {
                ConfigurationNode source = planned.Sources.GetValueOrDefault(component.Name) ?? ConfigurationNode.Object([]);
                if (planned.FirstBases.GetValueOrDefault(component.Name) is { } first)
                    oldBases[component.Name] = batch.Add(first);
                bases[component.Name] = batch.Add(source);
            }
        }

        PromotionSnapshot before = batch.AddDocument(planned.Target.Root);
        await batch.PutAsync(cancellationToken).ConfigureAwait(false);
        var document = new RecordDocument
        {
            Record = new PromotionRecord
            {
                Id = Guid.CreateVersion7(now).ToString("N"),
                Plan = planned.Plan,
                State = PromotionState.Applying,
                StartedAt = now,
                Gates = context.Gates,
                Approvals = context.Approvals,
                SnapshotBefore = before.Id,
                RollbackOf = context.Original?.Record.Id,
            },
            NewBases = bases,
            OldBases = oldBases,
            IsAutomatic = context.IsAutomatic,
        };
        var run = new PromotionRun(this, parts, lease, document, version: 0, progress) { Before = (before, planned.Target.Root) };
        try
        {
            await run.StartAsync(context.Original, cancellationToken).ConfigureAwait(false);
        }
        catch (StateConflictException e) when (e.Key == PromotionStore.StopKey)
        {
            throw new PromotionException("The pipeline was stopped in this moment; nothing was changed.", e);
        }

        long? version = null;
        if (planned.Update is not null)
        {
            try
            {
                version = await ApplyAsync(planned.Update, run.Record, lease, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not LeaseLostException)
            {
                // Perhaps it was noted before it failed; what there is now tells.
                await run.SettleAsync(e, CancellationToken.None).ConfigureAwait(false);
                if (e is ConfigurationConflictException)
                    throw new PromotionStaleException($"The plan {planned.Plan.Hash} is refused: '{target}' was changed in this moment. Nothing was changed; plan again.", planned.Plan, []);
                if (run.Record.State != PromotionState.Verifying)
                    throw;
            }
        }

        if (run.Record.State == PromotionState.Applying)
            await run.AppliedAsync(version, CancellationToken.None).ConfigureAwait(false);
        return await run.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Goes on with what another process has begun.</summary>
    public async Task<PromotionRecord> ResumeAsync(string target, string recordId, PromotionLease lease, CancellationToken cancellationToken)
    {
        Saved<RecordDocument> saved = await parts.Store.GetRecordAsync(target, recordId, cancellationToken).ConfigureAwait(false);
        if (saved.Value is null)
            throw new StateException($"The state store has lost the record {recordId} of a promotion to '{target}' that is not over.");
        var run = new PromotionRun(this, parts, lease, saved.Value, saved.Version, progress: null);
        if (run.Record.State == PromotionState.Applying)
            await run.SettleAsync(failure: null, cancellationToken).ConfigureAwait(false);
        return await run.FinishAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<long> ApplyAsync(ConfigurationUpdate planned, PromotionRecord record, PromotionLease lease, CancellationToken cancellationToken)
    {
        var update = new ConfigurationUpdate(planned.Author, planned.Reason)
        {
            EnvironmentName = planned.EnvironmentName,
            ExpectedContentHash = planned.ExpectedContentHash,
            Source = planned.Source,
            Operation = record.Id,
            RequiredLease = lease.Current,
        };
        foreach ((string key, string? json) in planned.Changes)
        {
            if (json is null)
                update.Remove(key);
            else
                update.SetJson(key, json);
        }

        return (await parts.Configuration.UpdateAsync(update, cancellationToken).ConfigureAwait(false)).Number;
    }
}
