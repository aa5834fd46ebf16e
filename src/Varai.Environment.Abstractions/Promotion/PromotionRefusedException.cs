namespace Varai.Promotion;

/// <summary>A plan is refused because a gate is closed.</summary>
public sealed class PromotionRefusedException : PromotionException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">Which gates are closed and why.</param>
    /// <param name="gates">What all gates said.</param>
    public PromotionRefusedException(string message, IReadOnlyList<PromotionGateResult> gates)
        : base(message) => Gates = gates;

    /// <summary>What all gates said.</summary>
    public IReadOnlyList<PromotionGateResult> Gates { get; }
}
