using Microsoft.Extensions.Logging;
using Varai.Configuration;
using Varai.Promotion.Checks;
using Varai.Promotion.Planning;
using Varai.Promotion.Store;

namespace Varai.Promotion.Running;

/// <summary>What every run works with.</summary>
internal sealed class RunParts(
    IEnvironmentConfiguration configuration,
    IConfigurationDocuments documents,
    PromotionPlanner planner,
    PromotionStore store,
    SnapshotStore snapshots,
    VersionLookup versions,
    AuditTrail audit,
    EnvironmentChecks checks,
    PromotionRetention retention,
    TimeProvider time,
    ILogger<PromotionRunner> logger)
{
    public IEnvironmentConfiguration Configuration { get; } = configuration;

    public IConfigurationDocuments Documents { get; } = documents;

    public PromotionPlanner Planner { get; } = planner;

    public PromotionStore Store { get; } = store;

    public SnapshotStore Snapshots { get; } = snapshots;

    public VersionLookup Versions { get; } = versions;

    public AuditTrail Audit { get; } = audit;

    public EnvironmentChecks Checks { get; } = checks;

    public PromotionRetention Retention { get; } = retention;

    public TimeProvider Time { get; } = time;

    public GuardedLogger Logger { get; } = new(logger);
}
