namespace Varai.Promotion;

/// <summary>A closed gate that somebody answers for passing. It is part of the plan and of its hash, and is recorded.</summary>
/// <param name="Gate">The gate's name, such as <c>stage-order</c>.</param>
/// <param name="Reason">Why.</param>
public sealed record PromotionOverride(string Gate, string Reason);
