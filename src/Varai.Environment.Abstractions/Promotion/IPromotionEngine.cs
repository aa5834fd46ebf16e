using Varai.Data;

namespace Varai.Promotion;

/// <summary>Takes configuration components, feature flags among them, from one environment to the next.</summary>
/// <remarks>
/// A singleton, registered by <c>AddPromotion</c>; safe from any thread, on any node that shares the state store. A promotion changes all of
/// its components or none, in one write of the target's own file; a process that dies on the way leaves the target as it was before or as
/// it should be after, and the next one that starts finishes the promotion or undoes it. <see cref="PromotionEngineExtensions"/> has the
/// short forms.
/// </remarks>
/// <exception cref="PromotionException">A promotion can't be planned or carried out; the message says why and what to do.</exception>
/// <exception cref="VaraiException">The state store or the files can't be read or written.</exception>
public interface IPromotionEngine
{
    /// <summary>Works out what a promotion would do, and changes nothing.</summary>
    /// <param name="request">From where to where, which components, who and why.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The plan, which may have conflicts or closed gates; <see cref="PromotionPlan.IsReady"/> tells.</returns>
    Task<PromotionPlan> PlanAsync(PromotionRequest request, CancellationToken cancellationToken = default);

    /// <summary>Carries a plan out as it is, or refuses.</summary>
    /// <param name="plan">The plan; from here or read back with <see cref="PromotionPlan.Parse"/>.</param>
    /// <param name="progress">Is told of each step as it is recorded.</param>
    /// <param name="cancellationToken">Cancels before the target is changed; afterwards it cuts the verification short, and the next
    /// promotion or start finishes it.</param>
    /// <returns>How it ended: <see cref="PromotionState.Succeeded"/>, or <see cref="PromotionState.RolledBack"/> where the verification failed.</returns>
    /// <exception cref="PromotionStaleException">Source or target has changed since.</exception>
    /// <exception cref="PromotionRefusedException">A gate is closed, or there are conflicts.</exception>
    /// <exception cref="PromotionInProgressException">Another promotion to the target runs.</exception>
    Task<PromotionRecord> PromoteAsync(
        PromotionPlan plan, IProgress<PromotionEvent>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Plans a promotion and carries it out.</summary>
    /// <remarks>An engine that does not implement it makes a plan and carries that out. The default engine plans once, when nobody else can
    /// change the target any more.</remarks>
    /// <param name="request">From where to where, which components, who and why.</param>
    /// <param name="progress">Is told of each step as it is recorded.</param>
    /// <param name="cancellationToken">Cancels before the target is changed; afterwards it cuts the verification short, and the next
    /// promotion or start finishes it.</param>
    /// <returns>How it ended: <see cref="PromotionState.Succeeded"/>, or <see cref="PromotionState.RolledBack"/> where the verification failed.</returns>
    /// <exception cref="PromotionRefusedException">A gate is closed, or there are conflicts.</exception>
    /// <exception cref="PromotionInProgressException">Another promotion to the target runs.</exception>
    async Task<PromotionRecord> PromoteAsync(
        PromotionRequest request, IProgress<PromotionEvent>? progress = null, CancellationToken cancellationToken = default)
    {
        PromotionPlan plan = await PlanAsync(request, cancellationToken).ConfigureAwait(false);
        return await PromoteAsync(plan, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes back what a promotion did and nothing else: what was changed in the target since stays, or is a conflict where
    /// the promotion had changed it too. The rollback is a new record, and what was rolled back is held until somebody lifts the hold.</summary>
    /// <param name="rollback">Which promotion, who, why, and what to do with conflicts.</param>
    /// <param name="progress">Is told of each step as it is recorded.</param>
    /// <param name="cancellationToken">Cancels before the target is changed.</param>
    /// <exception cref="PromotionConflictException">Keys that the promotion changed were changed since, and it is not said what to do with them.</exception>
    Task<PromotionRecord> RollbackAsync(
        PromotionRollback rollback, IProgress<PromotionEvent>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Works out whether data could be moved now, and changes nothing; where a stage asks for approvals, this is the plan to agree to.</summary>
    /// <param name="migration">From where to where, which data components, who and why.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>A plan of the kind <see cref="PromotionKind.DataMigration"/>, with the answers of the gates.</returns>
    /// <exception cref="PromotionException">No data component is registered, or none of a name that is asked for.</exception>
    Task<PromotionPlan> PlanDataMigrationAsync(PromotionDataMigration migration, CancellationToken cancellationToken = default);

    /// <summary>Moves data components with <see cref="IDataMigrator"/>, under the target's lease and behind the gates of a promotion, with a
    /// record of its own. The stop button ends it while it runs. What it moved can't be rolled back.</summary>
    /// <remarks>Each component is moved as a whole or not at all. After a failure, a stop or the end of its process the record is
    /// <see cref="PromotionState.Failed"/>, and the same request goes on from where it was.</remarks>
    /// <param name="migration">From where to where, which data components, who and why.</param>
    /// <param name="progress">Is told how far each component is.</param>
    /// <param name="cancellationToken">Cancels the work; components that are done stay done.</param>
    /// <returns>The record, with <see cref="PromotionRecord.Data"/>.</returns>
    /// <exception cref="PromotionException">No data component is registered, or somebody has stopped the pipeline.</exception>
    /// <exception cref="PromotionRefusedException">A gate is closed.</exception>
    /// <exception cref="PromotionInProgressException">Another promotion to the target runs.</exception>
    /// <exception cref="DataComponentException">A component failed, or the move goes up into production and the request does not allow it.</exception>
    /// <exception cref="DataMaskingException">Columns need a rule and have none, or a rule fits nothing.</exception>
    Task<PromotionRecord> MigrateDataAsync(
        PromotionDataMigration migration, IProgress<DataMigrationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Agrees to a plan. The approval is bound to the plan's hash: a plan that differs in anything needs another.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="approver">Who agrees; not the plan's author.</param>
    /// <param name="comment">What there is to say about it.</param>
    /// <param name="cancellationToken">Cancels before it is recorded.</param>
    Task<PromotionApproval> ApproveAsync(PromotionPlan plan, string approver, string? comment = null, CancellationToken cancellationToken = default);

    /// <summary>One promotion or rollback.</summary>
    /// <param name="recordId">Its id.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The record, or <see langword="null"/> when there is none.</returns>
    Task<PromotionRecord?> FindAsync(string recordId, CancellationToken cancellationToken = default);

    /// <summary>The promotions and rollbacks of an environment, newest first.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IAsyncEnumerable<PromotionRecord> GetHistoryAsync(string target, CancellationToken cancellationToken = default);

    /// <summary>By which promotions a key came to have its value, from the environment back to where it was written.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="key">The key, such as <c>api_config:timeout</c>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    Task<PromotionExplanation> ExplainAsync(string environment, string key, CancellationToken cancellationToken = default);

    /// <summary>Finishes or undoes the promotions whose process died. The host does so when it starts, and each promotion does so first.</summary>
    /// <param name="cancellationToken">Cancels the work; what is open stays open.</param>
    /// <returns>What was open, as it is now; a promotion that another process still holds is left out.</returns>
    Task<IReadOnlyList<PromotionRecord>> RecoverAsync(CancellationToken cancellationToken = default);
}
