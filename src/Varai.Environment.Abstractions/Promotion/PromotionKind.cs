namespace Varai.Promotion;

/// <summary>What a plan or record is.</summary>
public enum PromotionKind
{
    /// <summary>Components come from another environment.</summary>
    Promotion,

    /// <summary>A promotion is taken back.</summary>
    Rollback,

    /// <summary>Components come from a snapshot.</summary>
    Restore,

    /// <summary>Data components come from another environment.</summary>
    DataMigration,
}
