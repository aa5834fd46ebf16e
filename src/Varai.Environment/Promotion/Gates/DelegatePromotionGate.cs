namespace Varai.Promotion.Gates;

/// <summary>A gate that is a function.</summary>
internal sealed class DelegatePromotionGate(
    string name, Func<PromotionGateContext, CancellationToken, ValueTask<PromotionGateResult>> check) : IPromotionGate
{
    public string Name => name;

    public ValueTask<PromotionGateResult> CheckAsync(PromotionGateContext context, CancellationToken cancellationToken) => check(context, cancellationToken);
}
