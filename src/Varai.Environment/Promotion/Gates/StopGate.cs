using Varai.Promotion.Store;

namespace Varai.Promotion.Gates;

/// <summary>The stop button. A way back is always open.</summary>
internal sealed class StopGate(PromotionStore store) : IPromotionGate
{
    public string Name => "stop";

    public async ValueTask<PromotionGateResult> CheckAsync(PromotionGateContext context, CancellationToken cancellationToken)
    {
        if (context.Plan.Kind == PromotionKind.Rollback)
            return PromotionGateResult.Open("rollbacks go on");
        PromotionStop? stop = (await store.GetAsync(
            PromotionStore.StopKey, PromotionJson.Default.PromotionStop, cancellationToken).ConfigureAwait(false)).Value;
        return stop is null
            ? PromotionGateResult.Open("the pipeline is not stopped")
            : PromotionGateResult.Closed($"{stop.Author} has stopped the pipeline: {stop.Reason}");
    }
}
