namespace Varai.Promotion;

/// <summary>How two changes of a key clash.</summary>
public enum PromotionConflictKind
{
    /// <summary>Both gave it another value.</summary>
    BothChanged,

    /// <summary>Both added it, with different values.</summary>
    BothAdded,

    /// <summary>The source removed it, the target changed it.</summary>
    RemovedInSource,

    /// <summary>The target removed it, the source changed it.</summary>
    RemovedInTarget,
}
