namespace Varai.Promotion.Store;

/// <summary>Who has agreed to a plan.</summary>
internal sealed record ApprovalsDocument(IReadOnlyList<PromotionApproval> Approvals);
