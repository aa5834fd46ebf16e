using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>Gives a variant to callers for whom a condition holds.</summary>
/// <param name="variant">The variant's name.</param>
/// <param name="condition">The condition.</param>
public sealed class VariantRule(string variant, FeatureCondition condition)
{
    /// <summary>The variant's name.</summary>
    public string Variant { get; } = variant;

    /// <summary>The condition.</summary>
    public FeatureCondition Condition { get; } = condition;

    /// <summary>The node it was read from, for messages; <see langword="null"/> when it was made in code.</summary>
    public ConfigurationNode? Node { get; init; }
}
