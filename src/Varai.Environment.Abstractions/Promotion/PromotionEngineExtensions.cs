using Varai.Data;

namespace Varai.Promotion;

/// <summary>The short forms.</summary>
public static class PromotionEngineExtensions
{
    /// <summary>Works out what a promotion would do, and changes nothing.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="source">The environment to take from.</param>
    /// <param name="target">The environment to bring to.</param>
    /// <param name="components">The components; empty for all.</param>
    /// <param name="author">Who asks.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    public static Task<PromotionPlan> PlanAsync(
        this IPromotionEngine engine,
        string source,
        string target,
        IReadOnlyList<string> components,
        string author,
        string reason,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(components);
        return engine.PlanAsync(new PromotionRequest(source, target, author, reason) { Components = components }, cancellationToken);
    }

    /// <summary>Plans a promotion and carries it out.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="source">The environment to take from.</param>
    /// <param name="target">The environment to bring to.</param>
    /// <param name="components">The components; empty for all.</param>
    /// <param name="author">Who asks.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels before the target is changed.</param>
    /// <exception cref="PromotionRefusedException">A gate is closed, or there are conflicts.</exception>
    /// <exception cref="PromotionInProgressException">Another promotion to the target runs.</exception>
    public static Task<PromotionRecord> PromoteAsync(
        this IPromotionEngine engine,
        string source,
        string target,
        IReadOnlyList<string> components,
        string author,
        string reason,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(components);
        return engine.PromoteAsync(new PromotionRequest(source, target, author, reason) { Components = components }, progress: null, cancellationToken);
    }

    /// <summary>Takes a promotion back; keys that were changed since stop it.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="recordId">The promotion.</param>
    /// <param name="author">Who asks.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels before the target is changed.</param>
    /// <exception cref="PromotionConflictException">Keys that the promotion changed were changed since.</exception>
    public static Task<PromotionRecord> RollbackAsync(
        this IPromotionEngine engine, string recordId, string author, string reason, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return engine.RollbackAsync(new PromotionRollback(recordId, author, reason), progress: null, cancellationToken);
    }

    /// <summary>Moves data components, behind the gates of a promotion.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="source">The environment that is read.</param>
    /// <param name="target">The environment that is replaced; not that of highest rank, for which a <see cref="PromotionDataMigration"/> says so.</param>
    /// <param name="dataTypes">The names of the data components; empty for all.</param>
    /// <param name="author">Who asks.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels the work; components that are done stay done.</param>
    /// <exception cref="PromotionRefusedException">A gate is closed.</exception>
    /// <exception cref="PromotionInProgressException">Another promotion to the target runs.</exception>
    /// <exception cref="DataComponentException">A component failed, or the move goes up into production.</exception>
    /// <exception cref="DataMaskingException">Columns need a rule: a <see cref="PromotionDataMigration"/> takes a masking policy.</exception>
    public static Task<PromotionRecord> MigrateDataAsync(
        this IPromotionEngine engine,
        string source,
        string target,
        IReadOnlyList<string> dataTypes,
        string author,
        string reason,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(dataTypes);
        return engine.MigrateDataAsync(
            new PromotionDataMigration(new DataMigrationRequest(source, target) { Components = dataTypes }, author, reason), progress: null, cancellationToken);
    }
}
