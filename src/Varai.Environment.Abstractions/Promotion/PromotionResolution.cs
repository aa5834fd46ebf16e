namespace Varai.Promotion;

/// <summary>What somebody decided about a conflict.</summary>
/// <param name="Key">The key, or one above several.</param>
/// <param name="Choice">Which value it gets.</param>
/// <param name="Reason">Why.</param>
public sealed record PromotionResolution(string Key, PromotionChoice Choice, string Reason);
