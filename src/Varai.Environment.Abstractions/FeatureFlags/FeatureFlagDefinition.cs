using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>What is defined for one feature flag.</summary>
/// <remarks>Immutable; safe from any thread.</remarks>
public sealed class FeatureFlagDefinition
{
    /// <summary>Creates a definition.</summary>
    /// <param name="name">The flag's name: not empty, no <c>:</c> and no control characters.</param>
    /// <param name="enabled">Whether the feature is on.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public FeatureFlagDefinition(string name, bool enabled)
    {
        if (FindNameProblem(name) is { } problem)
            throw new ArgumentException($"The name of a feature flag {problem}.", nameof(name));
        Name = name;
        Enabled = enabled;
    }

    /// <summary>The flag's name; names that differ only in case are the same flag.</summary>
    public string Name { get; }

    /// <summary>Whether the feature is on; where there are conditions, whether it can be.</summary>
    public bool Enabled { get; }

    /// <summary>Whether the feature is off whatever else says that it is on: an override of <c>enabled</c> in a higher layer, a
    /// variant's status.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool KillSwitch { get; init; }

    /// <summary>What the flag is for; <see langword="null"/> when nobody said.</summary>
    public string? Description { get; init; }

    /// <summary>Other flags that must be as said, or the flag is off.</summary>
    public IReadOnlyList<FeaturePrerequisite> Prerequisites { get; init; } = [];

    /// <summary>For whom an enabled flag is on; for everybody when there are none.</summary>
    public IReadOnlyList<FeatureCondition> Conditions { get; init; } = [];

    /// <summary>How many of the conditions must hold.</summary>
    /// <value>Default: <see cref="FeatureRequirement.Any"/>.</value>
    public FeatureRequirement Requirement { get; init; }

    /// <summary>The values that the flag can have.</summary>
    public IReadOnlyList<FeatureVariant> Variants { get; init; } = [];

    /// <summary>Who gets which variant; <see langword="null"/> when nobody gets any.</summary>
    public FeatureAllocation? Allocation { get; init; }

    /// <summary>How callers are put into the buckets of percentages.</summary>
    /// <value>Default: <see cref="FeatureBucketing.XxHash3"/>.</value>
    public FeatureBucketing Bucketing { get; init; }

    /// <summary>The parameters: an object node, or <see langword="null"/> when there are none.</summary>
    /// <exception cref="ArgumentException">The node is no object.</exception>
    public ConfigurationNode? Parameters
    {
        get;
        init => field = value is null or { Kind: ConfigurationNodeKind.Object }
            ? value
            : throw new ArgumentException($"The parameters of the feature flag '{Name}' are an object, not {value.Kind}.", nameof(value));
    }

    /// <summary>Where the flag was defined; empty when it was made in code.</summary>
    public ConfigurationOrigin Origin { get; init; } = new("", 0, 0);

    /// <summary>The configuration key the flag was defined at, such as <c>feature_flags:checkout</c>; empty when it was made in code.</summary>
    public string Key { get; init; } = "";

    /// <summary>What is wrong with a flag's name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The broken rule as the end of a sentence ("is empty", ...), or <see langword="null"/> for a valid name.</returns>
    public static string? FindNameProblem(string? name) =>
        string.IsNullOrWhiteSpace(name) ? "is empty"
        : name.Contains(':', StringComparison.Ordinal) ? "holds ':', which separates configuration keys"
        : name.Any(char.IsControl) ? "holds a control character"
        : null;

    /// <summary>The name and whether it is on.</summary>
    public override string ToString() => $"{Name}: {(Enabled ? "on" : "off")}";
}
