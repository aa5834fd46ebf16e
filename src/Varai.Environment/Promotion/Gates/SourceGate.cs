using Varai.Promotion.Store;

namespace Varai.Promotion.Gates;

/// <summary>What is promoted onward has itself arrived well: the last promotion into the source is over, and nobody has to look at it.</summary>
internal sealed class SourceGate(PromotionStore store) : IPromotionGate
{
    public string Name => "source";

    public async ValueTask<PromotionGateResult> CheckAsync(PromotionGateContext context, CancellationToken cancellationToken)
    {
        if (context.Plan.Kind is not (PromotionKind.Promotion or PromotionKind.DataMigration))
            return PromotionGateResult.Open("nothing comes from another stage");
        List<RecordDocument> records = await store.ListRecordsAsync(context.Plan.Source, cancellationToken).ConfigureAwait(false);
        PromotionRecord? last = records.FirstOrDefault()?.Record;
        if (last is null or { HasEnded: true, State: not PromotionState.NeedsAttention })
            return PromotionGateResult.Open($"no promotion to '{context.Plan.Source}' is open");
        string reason = $"the promotion {last.Id} to '{context.Plan.Source}' is {last.State}";
        return last.HasEnded
            ? PromotionGateResult.Closed(reason, canBeOverridden: true)
            : PromotionGateResult.Waiting(reason, canBeOverridden: true);
    }
}
