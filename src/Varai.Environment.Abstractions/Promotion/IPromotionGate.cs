namespace Varai.Promotion;

/// <summary>Says whether a promotion may happen now.</summary>
/// <remarks>Registered with <c>AddPromotionGate</c> as a singleton, disposed by the container. Asked when a plan is made and again before it is
/// carried out, from any thread, perhaps for several plans at once, and under no lock but the promotion's own lease. It must answer within
/// <c>Varai:Promotion:CheckTimeout</c>; a gate that throws or takes longer counts as closed. Its words are recorded: no secrets in them.</remarks>
public interface IPromotionGate
{
    /// <summary>Its name in plans and overrides, such as <c>change-board</c>.</summary>
    string Name { get; }

    /// <summary>Decides.</summary>
    /// <param name="context">The plan, and the time.</param>
    /// <param name="cancellationToken">Is cancelled when it takes too long.</param>
    ValueTask<PromotionGateResult> CheckAsync(PromotionGateContext context, CancellationToken cancellationToken);
}
