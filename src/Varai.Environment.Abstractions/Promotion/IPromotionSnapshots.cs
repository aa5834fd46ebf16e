using Varai.Configuration;

namespace Varai.Promotion;

/// <summary>The components of an environment as they were before and after each promotion.</summary>
/// <remarks>A singleton, registered by <c>AddPromotion</c>; safe from any thread. Snapshots are content-addressed: what has not changed is
/// stored once.</remarks>
public interface IPromotionSnapshots
{
    /// <summary>The snapshots of an environment, newest first.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IAsyncEnumerable<PromotionSnapshot> ListAsync(string environment, CancellationToken cancellationToken = default);

    /// <summary>What differs between two snapshots, of one environment or of two.</summary>
    /// <param name="from">The id of the earlier one.</param>
    /// <param name="to">The id of the later one.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="PromotionException">There is no such snapshot, or it is damaged.</exception>
    Task<IReadOnlyList<ConfigurationDifference>> CompareAsync(string from, string to, CancellationToken cancellationToken = default);

    /// <summary>Gives an environment the components of a snapshot back, as a new record; protected keys and components that the snapshot
    /// has not stay as they are.</summary>
    /// <param name="restore">Which snapshot, who and why.</param>
    /// <param name="cancellationToken">Cancels before the environment is changed.</param>
    /// <exception cref="PromotionException">There is no such snapshot, it is damaged, or it is no longer valid.</exception>
    Task<PromotionRecord> RestoreAsync(PromotionRestore restore, CancellationToken cancellationToken = default);

    /// <summary>Reads every snapshot of an environment and recomputes its hashes.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>What does not fit: a byte that was changed, a part that is gone.</returns>
    Task<PromotionVerification> VerifySnapshotsAsync(string environment, CancellationToken cancellationToken = default);
}
