namespace Varai.FeatureFlags;

/// <summary>All feature flags of an environment at one moment.</summary>
/// <remarks>Immutable; safe from any thread.</remarks>
public sealed class FeatureFlagSet
{
    /// <summary>Creates a set.</summary>
    /// <param name="definitions">The definitions.</param>
    /// <exception cref="ArgumentException">Two definitions have the same name, whatever its case.</exception>
    public FeatureFlagSet(IEnumerable<FeatureFlagDefinition> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        Definitions = [.. definitions];
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (FeatureFlagDefinition definition in Definitions)
        {
            ArgumentNullException.ThrowIfNull(definition, nameof(definitions));
            if (!names.Add(definition.Name))
                throw new ArgumentException($"The feature flag '{definition.Name}' is defined twice.", nameof(definitions));
        }
    }

    /// <summary>A set without flags.</summary>
    public static FeatureFlagSet Empty { get; } = new([]);

    /// <summary>The definitions, in the order they were given.</summary>
    public IReadOnlyList<FeatureFlagDefinition> Definitions { get; }

    /// <summary>The named groups of callers that the definitions refer to.</summary>
    public IReadOnlyList<FeatureSegment> Segments { get; init; } = [];
}
