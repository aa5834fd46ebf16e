namespace Varai.Promotion;

/// <summary>Where a promotion stands.</summary>
public enum PromotionState
{
    /// <summary>The target is about to be changed, or is being changed.</summary>
    Applying,

    /// <summary>The target is changed and is being verified.</summary>
    Verifying,

    /// <summary>The verification failed, or somebody asked for it: it is being taken back.</summary>
    RollingBack,

    /// <summary>It is done.</summary>
    Succeeded,

    /// <summary>It was taken back.</summary>
    RolledBack,

    /// <summary>It ended before the target was changed.</summary>
    Failed,

    /// <summary>The target is neither as before nor as after, or could not be taken back; somebody has to look.</summary>
    NeedsAttention,
}
