namespace Varai.FeatureFlags;

/// <summary>Rolls flags out step by step, while a guard holds.</summary>
/// <remarks>
/// A singleton, registered by <c>AddFlagRollouts</c>; safe from any thread, on any node. The calls record what is wanted and return;
/// one node, the holder of a lease, changes the flag: at once when that is this process, otherwise when it notices, within a second
/// or so. <see cref="WatchAsync"/> follows what it does. Where a rollout is named, its id or the name of its flag will do; the name
/// means the flag's running or paused rollout, or else its last one.
/// </remarks>
/// <exception cref="RolloutException">There is no such rollout, or it can't be done what was asked.</exception>
/// <exception cref="VaraiException">The state store or the flags can't be read or written.</exception>
public interface IFlagRollouts
{
    /// <summary>Starts a rollout.</summary>
    /// <param name="plan">Which flag, which percentage when, which guard.</param>
    /// <param name="author">Who starts it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels before it is recorded, not after.</param>
    /// <exception cref="ArgumentException">The plan has no steps, or author or reason is empty.</exception>
    /// <exception cref="RolloutException">There is no such flag or guard, the flag already has a rollout that has not ended, or its
    /// definition does not fit the plan.</exception>
    /// <remarks>A flag that is off is switched on with the first step. What the steps set is the percentage of the flag's first
    /// filter <c>Rollout</c>, else the default percentage of its first <c>Targeting</c>; a flag with neither gets a
    /// <c>Rollout</c>, so that a flag that was on for everybody is narrowed.</remarks>
    Task<RolloutStatus> StartAsync(RolloutPlan plan, string author, string reason, CancellationToken cancellationToken = default);

    /// <summary>Stops a running rollout where it is; its clock stands still. Does nothing when it is paused already.</summary>
    /// <param name="rollout">Its id, or the flag's name.</param>
    /// <param name="author">Who pauses it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels before it is recorded, not after.</param>
    /// <exception cref="RolloutException">There is no such rollout, or it has ended.</exception>
    Task<RolloutStatus> PauseAsync(string rollout, string author, string reason, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused rollout go on with the time that was left to its next step. Does nothing when it is running.</summary>
    /// <param name="rollout">Its id, or the flag's name.</param>
    /// <param name="author">Who resumes it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels before it is recorded, not after.</param>
    /// <exception cref="RolloutException">There is no such rollout, it has ended or is being aborted, or the flag no longer has the
    /// percentage that the rollout sets, or is switched off.</exception>
    /// <remarks>A percentage that was set by hand meanwhile stays until the next step.</remarks>
    Task<RolloutStatus> ResumeAsync(string rollout, string author, string reason, CancellationToken cancellationToken = default);

    /// <summary>Ends a rollout.</summary>
    /// <param name="rollout">Its id, or the flag's name.</param>
    /// <param name="mode">Whether the flag goes back to what it was before the plan, or stays.</param>
    /// <param name="author">Who ends it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Cancels before it is recorded, not after.</param>
    /// <exception cref="RolloutException">There is no such rollout, or it has ended.</exception>
    Task<RolloutStatus> AbortAsync(
        string rollout, RolloutAbortMode mode, string author, string reason, CancellationToken cancellationToken = default);

    /// <summary>Where a rollout stands, with its history.</summary>
    /// <param name="rollout">Its id, or the flag's name.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <returns>The status, or <see langword="null"/> when there is no such rollout.</returns>
    Task<RolloutStatus?> GetAsync(string rollout, CancellationToken cancellationToken = default);

    /// <summary>All rollouts of the environment, ended ones too, oldest first.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IAsyncEnumerable<RolloutStatus> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Follows a rollout: where it stands now, and then after each change, until it has ended.</summary>
    /// <param name="rollout">Its id, or the flag's name.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <remarks>A reader that is slower than the changes gets several of them in one.</remarks>
    /// <exception cref="RolloutException">There is no such rollout.</exception>
    IAsyncEnumerable<RolloutStatus> WatchAsync(string rollout, CancellationToken cancellationToken = default);
}
