namespace Varai.FeatureFlags;

/// <summary>What happened in a rollout.</summary>
public enum RolloutEventKind
{
    /// <summary>It was started.</summary>
    Started,

    /// <summary>The flag was set to the percentage of a step.</summary>
    Stepped,

    /// <summary>The guard's answer became another one. Equal answers in a row are one event.</summary>
    GuardAnswered,

    /// <summary>The kill switch was thrown; the rollout waits and its clock stands still.</summary>
    Waiting,

    /// <summary>The kill switch was released; the rollout goes on.</summary>
    WentOn,

    /// <summary>It was paused, by somebody or by itself.</summary>
    Paused,

    /// <summary>It was resumed.</summary>
    Resumed,

    /// <summary>Somebody asked for its end.</summary>
    AbortRequested,

    /// <summary>The guard failed, and the flag went back to the step before.</summary>
    RolledBack,

    /// <summary>It was ended before its last step.</summary>
    Aborted,

    /// <summary>It ended as planned.</summary>
    Completed,
}
