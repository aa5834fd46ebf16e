using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>The users, or the groups, who get a variant.</summary>
/// <param name="variant">The variant's name.</param>
/// <param name="names">The names of the users or groups.</param>
public sealed class VariantTargets(string variant, params IEnumerable<string> names)
{
    /// <summary>The variant's name.</summary>
    public string Variant { get; } = variant;

    /// <summary>The names of the users or groups.</summary>
    public IReadOnlyList<string> Names { get; } = [.. names];

    /// <summary>The node it was read from, for messages; <see langword="null"/> when it was made in code.</summary>
    public ConfigurationNode? Node { get; init; }
}
