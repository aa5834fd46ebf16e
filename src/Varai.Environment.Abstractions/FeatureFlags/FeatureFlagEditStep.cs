using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>One flag or segment with its new definition.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsSegment">Whether it is a segment.</param>
/// <param name="Definition">Its whole new definition; <see langword="null"/> to remove it.</param>
public sealed record FeatureFlagEditStep(string Name, bool IsSegment, ConfigurationNode? Definition);
