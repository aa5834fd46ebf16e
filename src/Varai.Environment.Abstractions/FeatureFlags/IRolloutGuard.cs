namespace Varai.FeatureFlags;

/// <summary>Watches what a rollout does, and stops it when it does harm.</summary>
/// <remarks>
/// Registered with <c>AddRolloutGuard</c> as a singleton, disposed by the container. The one node that acts asks it at every check
/// while a rollout that names it runs, before each step and between steps, on a thread of the pool and under no lock; for several
/// rollouts at once. It may take its time up to the options' <c>GuardTimeout</c>; then its token is cancelled and the check counts
/// as an error, as does an exception. Every node should register the same guards: a node without the one that a rollout names
/// takes no step.
/// </remarks>
public interface IRolloutGuard
{
    /// <summary>The name that plans refer to it by, compared whatever its case.</summary>
    string Name { get; }

    /// <summary>Says whether the rollout may go on.</summary>
    /// <param name="context">The rollout, and where it stands.</param>
    /// <param name="cancellationToken">Is cancelled when the check takes too long or the host stops.</param>
    ValueTask<RolloutGuardResult> CheckAsync(RolloutGuardContext context, CancellationToken cancellationToken);
}
