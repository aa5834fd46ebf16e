using System.Globalization;

namespace Varai.Promotion.Gates;

/// <summary>Nobody's change is overwritten unless somebody has decided so.</summary>
internal sealed class ConflictGate : IPromotionGate
{
    public string Name => "conflicts";

    public ValueTask<PromotionGateResult> CheckAsync(PromotionGateContext context, CancellationToken cancellationToken)
    {
        string[] open = [.. context.Plan.Conflicts.Where(c => c.Choice is null).Select(c => c.Key)];
        return new(open.Length == 0
            ? PromotionGateResult.Open("there is none to decide")
            : PromotionGateResult.Closed(string.Create(
                CultureInfo.InvariantCulture,
                $"{open.Length} to decide: {string.Join(", ", open.Take(10))}{(open.Length > 10 ? ", ..." : "")}; say with a resolution which value each gets")));
    }
}
