namespace Varai.FeatureFlags;

/// <summary>A new snapshot of the feature flags.</summary>
/// <param name="SnapshotVersion">Its number in this process; see <see cref="IFeatureFlags.SnapshotVersion"/>.</param>
/// <param name="Version">What the store calls the set.</param>
/// <param name="Changes">What differs from the snapshot before.</param>
public sealed record FeatureFlagsChanged(long SnapshotVersion, string Version, IReadOnlyList<FeatureFlagDifference> Changes);
