namespace Varai.Promotion;

/// <summary>What promotions do with a key.</summary>
public enum PromotionKeyPolicy
{
    /// <summary>It is promoted.</summary>
    Promoted,

    /// <summary>It is each environment's own; see <c>Varai:Promotion:ProtectedKeys</c>.</summary>
    Protected,

    /// <summary>It comes once, and is the target's own from then on; see <c>Varai:Promotion:CreateOnlyKeys</c>.</summary>
    CreateOnly,
}
