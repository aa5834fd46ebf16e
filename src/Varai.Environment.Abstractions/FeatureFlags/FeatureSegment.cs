using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>A named group of callers that many flags refer to.</summary>
/// <param name="name">The segment's name; names that differ only in case are the same.</param>
/// <param name="condition">Who belongs to it.</param>
public sealed class FeatureSegment(string name, FeatureCondition condition)
{
    /// <summary>The segment's name; names that differ only in case are the same.</summary>
    public string Name { get; } = name;

    /// <summary>Who belongs to it.</summary>
    public FeatureCondition Condition { get; } = condition;

    /// <summary>The node it was read from, for messages; <see langword="null"/> when it was made in code.</summary>
    public ConfigurationNode? Node { get; init; }
}
