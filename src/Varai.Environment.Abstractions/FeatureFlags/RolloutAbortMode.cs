namespace Varai.FeatureFlags;

/// <summary>What becomes of a flag whose rollout is aborted.</summary>
public enum RolloutAbortMode
{
    /// <summary>What the rollout changed is undone: the flag is as it was before the plan. Other edits made meanwhile stay.</summary>
    Restore,

    /// <summary>The flag stays at the percentage it has now.</summary>
    Keep,
}
