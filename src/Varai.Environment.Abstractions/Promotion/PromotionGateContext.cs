namespace Varai.Promotion;

/// <summary>What a gate decides on.</summary>
/// <param name="Plan">The plan, with everything but the answers of the gates.</param>
/// <param name="Time">Now, in UTC.</param>
public sealed record PromotionGateContext(PromotionPlan Plan, DateTimeOffset Time);
