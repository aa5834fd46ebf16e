namespace Varai.Promotion;

/// <summary>Stops promotions, and releases what a rollback holds.</summary>
/// <remarks>A singleton, registered by <c>AddPromotion</c>; safe from any thread.</remarks>
public interface IPromotionControl
{
    /// <summary>Stops every promotion of the pipeline until <see cref="ResumeAsync"/>: none begins, and one that has begun does not go on to
    /// change its target. Rollbacks go on.</summary>
    /// <param name="author">Who stops it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels before it is recorded.</param>
    Task<PromotionStop> StopAsync(string author, string reason, CancellationToken cancellationToken = default);

    /// <summary>Lets promotions go on.</summary>
    /// <param name="author">Who lets them.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels before it is recorded.</param>
    Task ResumeAsync(string author, string reason, CancellationToken cancellationToken = default);

    /// <summary>Whether the pipeline is stopped, by whom and why; <see langword="null"/> when it is not.</summary>
    /// <param name="cancellationToken">Cancels the reading.</param>
    Task<PromotionStop?> FindStopAsync(CancellationToken cancellationToken = default);

    /// <summary>What is held back from an environment.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    Task<IReadOnlyList<PromotionHold>> GetHoldsAsync(string target, CancellationToken cancellationToken = default);

    /// <summary>Lets something come again that was rolled back.</summary>
    /// <param name="target">The environment.</param>
    /// <param name="recordId">The promotion that was rolled back.</param>
    /// <param name="author">Who lifts the hold.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels before it is recorded.</param>
    /// <exception cref="PromotionException">There is no such hold.</exception>
    Task LiftHoldAsync(string target, string recordId, string author, string reason, CancellationToken cancellationToken = default);
}
