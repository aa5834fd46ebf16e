namespace Varai.Promotion;

/// <summary>Somebody's agreement to a plan.</summary>
/// <param name="PlanHash">The plan.</param>
/// <param name="Approver">Who.</param>
/// <param name="Time">When, in UTC.</param>
/// <param name="Comment">What there was to say.</param>
public sealed record PromotionApproval(string PlanHash, string Approver, DateTimeOffset Time, string? Comment);
