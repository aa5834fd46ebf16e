using System.Globalization;

namespace Varai.Promotion.Gates;

/// <summary>The target's document would be valid.</summary>
internal sealed class ValidationGate : IPromotionGate
{
    public string Name => "validation";

    public ValueTask<PromotionGateResult> CheckAsync(PromotionGateContext context, CancellationToken cancellationToken) => new(
        context.Plan.Errors.Count == 0
            ? PromotionGateResult.Open("the document would be valid")
            : PromotionGateResult.Closed(string.Create(
                CultureInfo.InvariantCulture, $"the document would have {context.Plan.Errors.Count} errors: {context.Plan.Errors[0]}")));
}
