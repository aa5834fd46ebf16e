using Microsoft.Extensions.Options;

namespace Varai.Promotion.Gates;

/// <summary>What is promoted comes from the stage before.</summary>
internal sealed class StageOrderGate(IOptions<PromotionOptions> options) : IPromotionGate
{
    public string Name => "stage-order";

    public ValueTask<PromotionGateResult> CheckAsync(PromotionGateContext context, CancellationToken cancellationToken) => new(Decide(context.Plan));

    private PromotionGateResult Decide(PromotionPlan plan)
    {
        if (plan.Kind is not (PromotionKind.Promotion or PromotionKind.DataMigration))
            return PromotionGateResult.Open("nothing comes from another stage");
        var pipeline = new Pipeline(options.Value.Pipeline);
        if (plan.Kind == PromotionKind.DataMigration && IsAfter(pipeline, plan.Source, plan.Target))
            return PromotionGateResult.Open($"data goes down from '{plan.Source}'");
        string? before = pipeline.Before(plan.Target);
        if (before == plan.Source)
            return PromotionGateResult.Open($"'{plan.Target}' follows '{plan.Source}'");
        string why = !pipeline.Has(plan.Target) ? $"'{plan.Target}' is no stage of the pipeline ({string.Join(", ", pipeline.Names)})"
            : before is null ? $"'{plan.Target}' is the first stage"
            : $"'{plan.Target}' follows '{before}', not '{plan.Source}'";
        return PromotionGateResult.Closed($"{why}; promote stage by stage, or override this with a reason", canBeOverridden: true);
    }

    private static bool IsAfter(Pipeline pipeline, string stage, string other)
    {
        for (string? at = pipeline.Before(stage); at is not null; at = pipeline.Before(at))
        {
            if (at == other)
                return true;
        }

        return false;
    }
}
