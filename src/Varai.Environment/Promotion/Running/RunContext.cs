using Varai.Promotion.Store;

namespace Varai.Promotion.Running;

/// <summary>What a run is told besides its plan.</summary>
/// <param name="Gates">What the gates said.</param>
/// <param name="Approvals">Who has agreed.</param>
/// <param name="Original">For a rollback, what it takes back.</param>
/// <param name="IsAutomatic">Whether the engine began it.</param>
internal sealed record RunContext(
    IReadOnlyList<PromotionGateResult> Gates, IReadOnlyList<PromotionApproval> Approvals, RecordDocument? Original = null, bool IsAutomatic = false);
