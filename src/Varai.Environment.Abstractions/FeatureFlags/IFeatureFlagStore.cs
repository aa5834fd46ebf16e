using Microsoft.Extensions.Primitives;

namespace Varai.FeatureFlags;

/// <summary>Where the definitions of the feature flags are kept.</summary>
/// <remarks>
/// The default reads and writes the environment's configuration files; replace it with <c>UseFeatureFlagStore</c> or
/// <c>UseStateFeatureFlags</c>. Called by the feed (one load at a time) and by <see cref="IFeatureFlagEditor"/> (from any thread),
/// never while a lock is held. What is written has been validated. Registered as a singleton; the container disposes it.
/// </remarks>
public interface IFeatureFlagStore
{
    /// <summary>Reads all flags and segments.</summary>
    /// <param name="cancellationToken">Cancels the read; <see cref="OperationCanceledException"/> is thrown then.</param>
    /// <returns>The flags as they are now, with their version.</returns>
    /// <exception cref="VaraiException">The definitions can't be read or are invalid. The last good ones stay in use then, log and
    /// health say so, and it is tried again.</exception>
    ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken);

    /// <summary>A token that fires once, after a change that the next <see cref="LoadAsync"/> sees.</summary>
    /// <remarks>It is taken before loading, so that no change is missed.</remarks>
    IChangeToken GetChangeToken();

    /// <summary>Writes flags and segments, all of them or none, if the set is still at the version expected, and keeps who, when
    /// and why.</summary>
    /// <param name="write">What to write.</param>
    /// <param name="cancellationToken">Cancels before anything is written, not after.</param>
    /// <returns>The set after the write, as <see cref="FeatureFlagSet.With"/> computes it.</returns>
    /// <exception cref="FeatureFlagConflictException">The set is at another version.</exception>
    /// <exception cref="NotSupportedException">The store can't be written.</exception>
    /// <exception cref="VaraiException">The store failed.</exception>
    /// <remarks>Names that differ only in case are the same flag. The change token fires before the task completes, or soon after.
    /// A store that only reads leaves it out.</remarks>
    Task<FeatureFlagSet> WriteAsync(FeatureFlagWrite write, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{GetType().Name} can't be written: change the flags where it reads them.");

    /// <summary>What was written, newest first; empty for a store without history.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <exception cref="VaraiException">The store failed.</exception>
    /// <remarks>A store without history leaves it out.</remarks>
    IAsyncEnumerable<FeatureFlagRevision> GetHistoryAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<FeatureFlagRevision>();
}
