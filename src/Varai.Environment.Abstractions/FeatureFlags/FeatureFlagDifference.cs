namespace Varai.FeatureFlags;

/// <summary>One flag or segment that a change touched.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsSegment">Whether it is a segment.</param>
/// <param name="Before">The earlier definition as JSON; <see langword="null"/> when it was added.</param>
/// <param name="After">The later definition as JSON; <see langword="null"/> when it was removed.</param>
public sealed record FeatureFlagDifference(string Name, bool IsSegment, string? Before, string? After);
