using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>What is written for one named segment: a set of contexts that several flags refer to.</summary>
/// <remarks>Immutable; safe from any thread.</remarks>
public sealed class FeatureSegmentDefinition
{
    /// <summary>Creates a segment from what is written for it.</summary>
    /// <param name="name">The segment's name; the rules for names of flags hold.</param>
    /// <param name="node">Its definition: an object.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public FeatureSegmentDefinition(string name, ConfigurationNode node)
    {
        if (FeatureFlagDefinition.FindNameProblem(name) is { } problem)
            throw new ArgumentException($"The name of a segment {problem}.", nameof(name));
        ArgumentNullException.ThrowIfNull(node);
        Name = name;
        Node = node;
    }

    /// <summary>The segment's name; names that differ only in case are the same segment.</summary>
    public string Name { get; }

    /// <summary>What is written for it.</summary>
    public ConfigurationNode Node { get; }

    /// <summary>Where the segment was defined; empty when it was made in code.</summary>
    public ConfigurationOrigin Origin => Node.Origin;

    /// <summary>Reads a segment from JSON.</summary>
    /// <param name="name">The segment's name.</param>
    /// <param name="json">Its definition; comments and trailing commas are allowed.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    /// <exception cref="ConfigurationException">The text is no JSON.</exception>
    public static FeatureSegmentDefinition Parse(string name, string json) => new(name, ConfigurationJson.Parse(json, $"segment {name}"));

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
