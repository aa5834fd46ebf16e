namespace Varai.FeatureFlags.Rollouts;

/// <summary>Somebody's wish to end a rollout.</summary>
internal sealed record RolloutAbortRequest(RolloutAbortMode Mode, string Author, string Reason);
