namespace Varai.FeatureFlags;

/// <summary>What a guard says of a rollout.</summary>
public enum RolloutGuardVerdict
{
    /// <summary>All is well: the rollout may go on.</summary>
    Pass,

    /// <summary>It does harm: back to the step before.</summary>
    Fail,

    /// <summary>It can't tell: the rollout stays where it is and takes no step.</summary>
    Unknown,

    /// <summary>The guard threw or took too long. As <see cref="Unknown"/>, but several in a row count as <see cref="Fail"/>.</summary>
    Error,
}
