namespace Varai.Promotion.Gates;

/// <summary>The target has the secrets that its document would refer to.</summary>
internal sealed class SecretGate : IPromotionGate
{
    public string Name => "secrets";

    public ValueTask<PromotionGateResult> CheckAsync(PromotionGateContext context, CancellationToken cancellationToken)
    {
        string[] missing = [.. context.Plan.Secrets.Where(s => s.Exists == false).Select(s => $"{s.Name} ({s.Key})")];
        return new(missing.Length == 0
            ? PromotionGateResult.Open("none is known to be missing")
            : PromotionGateResult.Closed($"'{context.Plan.Target}' lacks {string.Join(", ", missing)}; set them there first", canBeOverridden: true));
    }
}
