namespace Varai.FeatureFlags;

/// <summary>One recorded change of the feature flags.</summary>
/// <param name="Version">The set's version after the change.</param>
/// <param name="Time">When, in UTC.</param>
/// <param name="Author">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="Changes">What changed.</param>
public sealed record FeatureFlagRevision(
    string Version, DateTimeOffset Time, string Author, string Reason, IReadOnlyList<FeatureFlagDifference> Changes);
