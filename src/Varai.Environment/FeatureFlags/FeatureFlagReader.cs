using Varai.Configuration;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags;

/// <summary>Reads the flags of a document (ours, <c>feature_flags</c> and <c>feature_segments</c>, and Microsoft's two schemas) and
/// reports everything that is wrong in them.</summary>
internal static class FeatureFlagReader
{
    public const string Component = "feature_flags";

    public const string SegmentsComponent = "feature_segments";

    /// <summary>The definitions that are well formed, in the order written; a missing or null component has none.</summary>
    public static FeatureFlagSet Read(ConfigurationNode root, Action<ConfigurationError> report)
    {
        var errors = new FlagErrors(report);
        var origins = new Dictionary<string, FeatureFlagDefinition?>(StringComparer.OrdinalIgnoreCase);
        List<FeatureFlagDefinition> definitions = ReadNative(root, origins, errors);
        var microsoft = new MicrosoftFlagReader(errors);
        foreach (FeatureFlagDefinition definition in microsoft.ReadNewer(root))
        {
            if (origins.TryAdd(definition.Name, definition))
                definitions.Add(definition);
            else
                errors.Add(definition.Origin, definition.Key, $"The feature flag '{definition.Name}' is defined twice; it is in '{Component}' too.");
        }

        // The older schema is what is used for flags that the newer one does not have.
        foreach (FeatureFlagDefinition definition in microsoft.ReadOlder(root))
        {
            if (origins.TryAdd(definition.Name, definition))
                definitions.Add(definition);
            else if (origins[definition.Name] is not { } other || !MicrosoftFlagReader.IsKey(other.Key))
                errors.Add(definition.Origin, definition.Key, $"The feature flag '{definition.Name}' is defined twice; it is in '{Component}' too.");
        }

        return new FeatureFlagSet(definitions) { Segments = ReadSegments(root, errors) };
    }

    private static List<FeatureFlagDefinition> ReadNative(ConfigurationNode root, Dictionary<string, FeatureFlagDefinition?> origins, FlagErrors errors)
    {
        var definitions = new List<FeatureFlagDefinition>();
        var reader = new NativeFlagReader(errors);
        foreach (ConfigurationMember member in Members(root, Component, "The feature flags are not an object.", "flag names with their definitions", errors))
        {
            string key = $"{Component}:{member.Name}";
            if (FeatureFlagDefinition.FindNameProblem(member.Name) is { } problem)
                errors.Add(member.NameOrigin, key, $"The name of a feature flag {problem}.");
            else if (!origins.TryAdd(member.Name, value: null))
                errors.Add(member.NameOrigin, key, "The feature flag is defined twice; names that differ only in case are the same flag.");
            else if (reader.Read(member, key) is { } definition)
                definitions.Add(definition);
        }

        return definitions;
    }

    private static List<FeatureSegment> ReadSegments(ConfigurationNode root, FlagErrors errors)
    {
        var segments = new List<FeatureSegment>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var reader = new ConditionReader(errors);
        foreach (ConfigurationMember member in Members(root, SegmentsComponent, "The segments are not an object.", "segment names with their conditions", errors))
        {
            string key = $"{SegmentsComponent}:{member.Name}";
            if (!names.Add(member.Name))
                errors.Add(member.NameOrigin, key, "The segment is defined twice; names that differ only in case are the same segment.");
            else if (reader.ReadAny(member.Value, key) is { } condition)
                segments.Add(new FeatureSegment(member.Name, condition) { Node = member.Value });
        }

        return segments;
    }

    private static IReadOnlyList<ConfigurationMember> Members(ConfigurationNode root, string component, string message, string expected, FlagErrors errors)
    {
        ConfigurationNode? node = root.FindValue(component);
        if (node is not null && node.Kind != ConfigurationNodeKind.Object)
            errors.Add(node, component, message, expected, FlagErrors.Describe(node));
        return node?.Members ?? [];
    }
}
