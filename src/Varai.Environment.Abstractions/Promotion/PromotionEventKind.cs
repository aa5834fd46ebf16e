namespace Varai.Promotion;

/// <summary>What happened.</summary>
public enum PromotionEventKind
{
    /// <summary>A promotion, rollback or restore has begun.</summary>
    Started,

    /// <summary>The target has its new values.</summary>
    Applied,

    /// <summary>A check of the target has answered.</summary>
    Checked,

    /// <summary>It is done.</summary>
    Succeeded,

    /// <summary>It ended without having changed the target.</summary>
    Failed,

    /// <summary>It is being taken back.</summary>
    RollingBack,

    /// <summary>It was taken back.</summary>
    RolledBack,

    /// <summary>Somebody has to look.</summary>
    NeedsAttention,

    /// <summary>A plan was refused.</summary>
    Refused,

    /// <summary>Somebody agreed to a plan.</summary>
    Approved,

    /// <summary>The pipeline was stopped.</summary>
    Stopped,

    /// <summary>The pipeline goes on.</summary>
    Resumed,

    /// <summary>A hold was lifted.</summary>
    HoldLifted,
}
