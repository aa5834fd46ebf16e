using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>Changes feature flags: validated, with compare-and-swap, recorded with who, when and why.</summary>
/// <remarks>A singleton; safe from any thread.</remarks>
public interface IFeatureFlagEditor
{
    /// <summary>The flags as the store has them now, with their version.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    Task<FeatureFlagSet> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Applies an edit, all of it or nothing. The whole resulting set is validated first: a filter that nobody knows, a
    /// percentage out of range, a variant that does not exist, a cycle of prerequisites.</summary>
    /// <param name="edit">What to change, who and why.</param>
    /// <param name="cancellationToken">Cancels before anything is written, not after.</param>
    /// <returns>The set after the edit, which this process has begun to evaluate. An edit that changes nothing writes nothing, and gives
    /// the set as it is.</returns>
    /// <exception cref="ConfigurationException">The result would be invalid; every error with its place.</exception>
    /// <exception cref="FeatureFlagConflictException">The flags are at another version than <see cref="FeatureFlagEdit.ExpectedVersion"/>;
    /// or, without one, others were faster each of ten times.</exception>
    /// <exception cref="NotSupportedException">The store can't be written.</exception>
    /// <exception cref="VaraiException">The store failed.</exception>
    Task<FeatureFlagSet> ApplyAsync(FeatureFlagEdit edit, CancellationToken cancellationToken = default);

    /// <summary>What was changed, newest first.</summary>
    /// <param name="name">Only changes of this flag or segment, whatever its case; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IAsyncEnumerable<FeatureFlagRevision> GetHistoryAsync(string? name = null, CancellationToken cancellationToken = default);

    /// <summary>Follows the flags from the moment of the call: after a new snapshot, which flags and segments it changed. Ends only
    /// by its token.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <remarks>A reader that is slower than the changes gets several of them in one; a snapshot in which nothing differs is left
    /// out.</remarks>
    IAsyncEnumerable<FeatureFlagsChanged> WatchAsync(CancellationToken cancellationToken = default);
}
