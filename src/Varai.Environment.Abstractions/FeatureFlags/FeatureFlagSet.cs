namespace Varai.FeatureFlags;

/// <summary>All feature flags and segments of an environment at one moment.</summary>
/// <remarks>Immutable; safe from any thread.</remarks>
public sealed class FeatureFlagSet
{
    /// <summary>Creates a set.</summary>
    /// <param name="definitions">The flags.</param>
    /// <param name="segments">The segments; <see langword="null"/> for none.</param>
    /// <param name="version">What the store calls this state of the set; an edit can be made to depend on it.</param>
    /// <exception cref="ArgumentException">Two flags or two segments have the same name, whatever its case.</exception>
    public FeatureFlagSet(
        IEnumerable<FeatureFlagDefinition> definitions, IEnumerable<FeatureSegmentDefinition>? segments = null, string version = "")
    {
        ArgumentNullException.ThrowIfNull(definitions);
        ArgumentNullException.ThrowIfNull(version);
        Definitions = [.. definitions];
        Segments = segments is null ? [] : [.. segments];
        Version = version;
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (FeatureFlagDefinition definition in Definitions)
        {
            ArgumentNullException.ThrowIfNull(definition, nameof(definitions));
            if (!names.Add(definition.Name))
                throw new ArgumentException($"The feature flag '{definition.Name}' is defined twice.", nameof(definitions));
        }

        names.Clear();
        foreach (FeatureSegmentDefinition segment in Segments)
        {
            ArgumentNullException.ThrowIfNull(segment, nameof(segments));
            if (!names.Add(segment.Name))
                throw new ArgumentException($"The segment '{segment.Name}' is defined twice.", nameof(segments));
        }
    }

    /// <summary>A set without flags.</summary>
    public static FeatureFlagSet Empty { get; } = new([]);

    /// <summary>The flags, in the order they were given.</summary>
    public IReadOnlyList<FeatureFlagDefinition> Definitions { get; }

    /// <summary>The segments, in the order they were given.</summary>
    public IReadOnlyList<FeatureSegmentDefinition> Segments { get; }

    /// <summary>What the store calls this state of the set; equal for equal states. Empty for a store without versions.</summary>
    public string Version { get; }

    /// <summary>A flag by its name, whatever its case.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The flag, or <see langword="null"/> when there is none.</returns>
    public FeatureFlagDefinition? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Definitions.FirstOrDefault(d => d.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}
