namespace Varai.Promotion;

/// <summary>Looks whether an environment does well after a promotion.</summary>
/// <remarks>Registered with <c>AddPromotionCheck</c> as a singleton, disposed by the container. Called after each promotion, on the node that
/// carries it out or finishes it, up to <c>Varai:Promotion:CheckAttempts</c> times; it may throw, which counts as a failed attempt, and so does
/// taking longer than <c>Varai:Promotion:CheckTimeout</c>. Its words are recorded: no secrets in them.</remarks>
public interface IEnvironmentCheck
{
    /// <summary>Its name in records.</summary>
    string Name { get; }

    /// <summary>Whether it has anything to say about an environment.</summary>
    /// <param name="environment">The environment's name.</param>
    bool AppliesTo(string environment);

    /// <summary>Checks.</summary>
    /// <param name="context">What was promoted.</param>
    /// <param name="cancellationToken">Is cancelled when it takes too long.</param>
    ValueTask<EnvironmentCheckResult> CheckAsync(EnvironmentCheckContext context, CancellationToken cancellationToken);
}
