using Varai.Configuration;

namespace Varai.FeatureFlags.Rollouts;

/// <summary>A rollout that runs and whose flag is as it should be: its guard may be asked.</summary>
internal sealed record RolloutCandidate(RolloutDocument Document, long Version, ConfigurationNode Flag);
