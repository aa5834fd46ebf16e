namespace Varai.Promotion;

/// <summary>What a rollback does with keys that were changed since the promotion.</summary>
public enum PromotionConflictHandling
{
    /// <summary>Nothing is rolled back; the error names them.</summary>
    Stop,

    /// <summary>The later values stay, the rest is rolled back.</summary>
    KeepLater,

    /// <summary>They get the values of before the promotion too; later changes to them are lost.</summary>
    Force,
}
