namespace Varai.Promotion.Gates;

/// <summary>No freeze window is open.</summary>
internal sealed class FreezeGate(Planning.PromotionPlanner planner) : IPromotionGate
{
    public string Name => "freeze";

    public ValueTask<PromotionGateResult> CheckAsync(PromotionGateContext context, CancellationToken cancellationToken)
    {
        if (context.Plan.Kind == PromotionKind.Rollback)
            return new(PromotionGateResult.Open("rollbacks go on"));
        DateTimeOffset? opens = null;
        string? window = null;
        foreach (string text in planner.SettingsOf(context.Plan.Target)?.FreezeWindows ?? [])
        {
            if (FreezeWindow.TryParse(text, out FreezeWindow? frozen, out _) && frozen.EndOf(context.Time) is { } end && (opens is null || end > opens))
                (opens, window) = (end, text);
        }

        return new(window is null
            ? PromotionGateResult.Open("no freeze window is open")
            : PromotionGateResult.Waiting($"'{context.Plan.Target}' is frozen: {window}", opens, canBeOverridden: true));
    }
}
