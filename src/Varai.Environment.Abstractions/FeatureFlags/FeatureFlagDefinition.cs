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

    /// <summary>Whether the feature is on.</summary>
    public bool Enabled { get; }

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
