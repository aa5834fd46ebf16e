using Microsoft.Extensions.Primitives;

namespace Varai.FeatureFlags;

/// <summary>Where the definitions of the feature flags come from.</summary>
/// <remarks>
/// The default reads the component <c>feature_flags</c> of the environment's configuration; replace it with
/// <c>UseFeatureFlagStore</c>. Called by the evaluator only, one load at a time and never while a lock is held. Registered as
/// a singleton; the container disposes it.
/// </remarks>
public interface IFeatureFlagStore
{
    /// <summary>Reads all definitions.</summary>
    /// <param name="cancellationToken">Cancels the read; <see cref="OperationCanceledException"/> is thrown then.</param>
    /// <returns>The definitions as they are now.</returns>
    /// <exception cref="VaraiException">The definitions can't be read or are invalid. The evaluator then keeps the last good
    /// ones, says so in log and health, and tries again.</exception>
    ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken);

    /// <summary>A token that fires once, after a change that the next <see cref="LoadAsync"/> sees.</summary>
    /// <remarks>The evaluator takes it before it loads, so that no change is missed.</remarks>
    IChangeToken GetChangeToken();
}
