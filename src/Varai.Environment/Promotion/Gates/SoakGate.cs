namespace Varai.Promotion.Gates;

/// <summary>The components have been in the source long enough as they are.</summary>
internal sealed class SoakGate(Planning.PromotionPlanner planner) : IPromotionGate
{
    public string Name => "soak";

    public ValueTask<PromotionGateResult> CheckAsync(PromotionGateContext context, CancellationToken cancellationToken)
    {
        TimeSpan time = planner.SettingsOf(context.Plan.Target)?.SoakTime ?? TimeSpan.Zero;
        if (context.Plan.Kind != PromotionKind.Promotion || time == TimeSpan.Zero)
            return new(PromotionGateResult.Open("no time is asked for"));
        if (context.Plan.SourceSince is not { } since)
        {
            return new(PromotionGateResult.Closed(
                $"it is not recorded since when '{context.Plan.Source}' is as it is; a service that runs there on the same state store records it",
                canBeOverridden: true));
        }

        DateTimeOffset opens = since + time;
        return new(opens <= context.Time
            ? PromotionGateResult.Open($"'{context.Plan.Source}' is as it is since {since:u}")
            : PromotionGateResult.Waiting($"'{context.Plan.Source}' is as it is since {since:u}, and {time} is asked for", opens, canBeOverridden: true));
    }
}
