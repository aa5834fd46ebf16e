namespace Varai.FeatureFlags;

/// <summary>Whether a rollout goes on, and how it ended.</summary>
public enum RolloutState
{
    /// <summary>It takes its steps when they are due.</summary>
    Running,

    /// <summary>It stays where it is until somebody resumes or aborts it. The guard is not asked meanwhile.</summary>
    Paused,

    /// <summary>It has taken its last step, and the guard held.</summary>
    Completed,

    /// <summary>The guard failed, and the flag went back to the step before.</summary>
    RolledBack,

    /// <summary>Somebody ended it, or the flag disappeared.</summary>
    Aborted,
}
