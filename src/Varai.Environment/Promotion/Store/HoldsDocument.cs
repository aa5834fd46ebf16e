namespace Varai.Promotion.Store;

/// <summary>What is held back from a target.</summary>
internal sealed record HoldsDocument(IReadOnlyList<PromotionHold> Holds);
