using System.Globalization;
using Varai.Promotion.Planning;
using Varai.Promotion.Store;

namespace Varai.Promotion.Gates;

/// <summary>Enough people have agreed to exactly this plan.</summary>
internal sealed class ApprovalGate(PromotionPlanner planner, PromotionStore store) : IPromotionGate
{
    public string Name => "approvals";

    public async ValueTask<PromotionGateResult> CheckAsync(PromotionGateContext context, CancellationToken cancellationToken)
    {
        PromotionPlan plan = context.Plan;
        if (plan.Kind is not (PromotionKind.Promotion or PromotionKind.DataMigration) || planner.SettingsOf(plan.Target) is not { RequiredApprovals: > 0 and var needed } settings)
            return PromotionGateResult.Open("none is asked for");
        IReadOnlyList<PromotionApproval> valid = await FindValidAsync(plan, context.Time, cancellationToken).ConfigureAwait(false);
        string given = valid.Count == 0 ? "nobody has agreed" : $"{string.Join(", ", valid.Select(a => a.Approver))} agreed";
        string whom = settings.Approvers.Count == 0 ? "" : $" of {string.Join(", ", settings.Approvers)}";
        string text = string.Create(CultureInfo.InvariantCulture, $"{given}, {needed}{whom} must");
        return valid.Count >= needed ? PromotionGateResult.Open(text) : PromotionGateResult.Waiting(text);
    }

    /// <summary>The approvals that count: of this very plan, by somebody who may and is not its author, each person once, not expired.</summary>
    public async Task<IReadOnlyList<PromotionApproval>> FindValidAsync(PromotionPlan plan, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (planner.SettingsOf(plan.Target) is not { } settings)
            return [];
        ApprovalsDocument? given = (await store.GetAsync(
            PromotionStore.ApprovalsKey(plan.Hash), PromotionJson.Default.ApprovalsDocument, cancellationToken).ConfigureAwait(false)).Value;
        return [.. (given?.Approvals ?? [])
            .Where(a => a.PlanHash == plan.Hash && now - a.Time < settings.ApprovalLifetime && MayApprove(settings, plan, a.Approver))
            .DistinctBy(a => a.Approver, StringComparer.OrdinalIgnoreCase)];
    }

    public static bool MayApprove(PromotionStageSettings settings, PromotionPlan plan, string approver) =>
        !approver.Equals(plan.Author, StringComparison.OrdinalIgnoreCase)
        && (settings.Approvers.Count == 0 || settings.Approvers.Contains(approver, StringComparer.OrdinalIgnoreCase));
}
