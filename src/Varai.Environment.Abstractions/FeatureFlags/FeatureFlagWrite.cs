using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>What a store is to write: all of it or nothing.</summary>
public sealed record FeatureFlagWrite
{
    /// <summary>Who writes it.</summary>
    public required string Author { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The version that the set must be at.</summary>
    /// <value>Default: <see langword="null"/>, any.</value>
    /// <remarks>A store gives a new version to each state that it keeps; <see cref="FeatureFlagSet.Version"/> has it.</remarks>
    public string? ExpectedVersion { get; init; }

    /// <summary>Each flag with its whole new definition, or <see langword="null"/> where it is removed.</summary>
    public IReadOnlyList<KeyValuePair<string, ConfigurationNode?>> Flags { get; init; } = [];

    /// <summary>Each segment with its whole new definition, or <see langword="null"/> where it is removed.</summary>
    public IReadOnlyList<KeyValuePair<string, ConfigurationNode?>> Segments { get; init; } = [];
}
