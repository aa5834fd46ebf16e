namespace Varai.FeatureFlags.Rollouts;

/// <summary>A rollout that has not ended, and its flag.</summary>
internal sealed record RolloutIndexEntry(string Id, string Flag);
