using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Engine;

/// <summary>The keys of a flag's parts, relative to the flag, as its schema writes them.</summary>
internal static class FlagKeys
{
    public static string ConditionsOf(FeatureFlagDefinition definition) =>
        definition.Key.StartsWith(MicrosoftFlagReader.Newer + ":", StringComparison.OrdinalIgnoreCase) ? "conditions:client_filters"
        : definition.Key.StartsWith(MicrosoftFlagReader.Older + ":", StringComparison.OrdinalIgnoreCase) ? "EnabledFor"
        : "conditions";

    /// <summary>The whole key of a part.</summary>
    public static string Of(FeatureFlagDefinition definition, string part) => $"{(definition.Key.Length > 0 ? definition.Key : definition.Name)}:{part}";
}
