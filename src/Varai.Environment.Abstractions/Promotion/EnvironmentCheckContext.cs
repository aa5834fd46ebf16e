namespace Varai.Promotion;

/// <summary>What a check looks at.</summary>
/// <param name="Environment">The environment that was changed.</param>
/// <param name="RecordId">The promotion.</param>
/// <param name="Plan">What was done.</param>
public sealed record EnvironmentCheckContext(string Environment, string RecordId, PromotionPlan Plan);
