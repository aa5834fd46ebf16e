namespace Varai.Promotion.Gates;

/// <summary>What was rolled back does not come again by itself.</summary>
internal sealed class HoldGate : IPromotionGate
{
    public string Name => "hold";

    public ValueTask<PromotionGateResult> CheckAsync(PromotionGateContext context, CancellationToken cancellationToken) => new(
        context.Plan.Holds.Count == 0
            ? PromotionGateResult.Open("nothing of it is held")
            : PromotionGateResult.Closed($"it would bring again what was rolled back with {string.Join(", ", context.Plan.Holds)}; mend it in the source, or lift the hold"));
}
