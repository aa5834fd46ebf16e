using System.Collections.Frozen;

namespace Varai.FeatureFlags;

/// <summary>All flags compiled; immutable, replaced as a whole.</summary>
internal sealed class FeatureFlagSnapshot
{
    public FeatureFlagSnapshot(FeatureFlagSet set, Action<string, string, string> onMismatch)
    {
        Names = [.. set.Definitions.Select(definition => definition.Name)];
        Flags = set.Definitions.ToFrozenDictionary(
            definition => definition.Name, definition => Compile(definition, onMismatch), StringComparer.OrdinalIgnoreCase);
    }

    public FrozenDictionary<string, CompiledFeatureFlag> Flags { get; }

    public IReadOnlyList<string> Names { get; }

    private static CompiledFeatureFlag Compile(FeatureFlagDefinition definition, Action<string, string, string> onMismatch) => new(
        definition.Enabled,
        definition.Parameters is null
            ? FeatureParameters.Empty
            : new FeatureParameters(definition.Parameters, (parameter, problem) => onMismatch(definition.Name, parameter, problem)));
}
