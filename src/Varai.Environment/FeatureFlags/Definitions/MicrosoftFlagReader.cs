using Varai.Configuration;

namespace Varai.FeatureFlags.Definitions;

/// <summary>Reads the flags of Microsoft.FeatureManagement, both of its schemas, as they stand: members we don't know are passed over,
/// names are read whatever their case, and text that reads as a boolean or number is one.</summary>
internal sealed class MicrosoftFlagReader(FlagErrors errors)
{
    /// <summary>The component of the newer schema.</summary>
    public const string Newer = "feature_management";

    /// <summary>The component of the older schema.</summary>
    public const string Older = "FeatureManagement";

    private const string Flags = "feature_flags";

    private readonly MicrosoftVariantReader _variants = new(errors);

    /// <summary>Whether a key belongs to one of these schemas, whose rules are less strict than ours.</summary>
    public static bool IsKey(string key) =>
        key.StartsWith(Newer + ":", StringComparison.OrdinalIgnoreCase) || key.StartsWith(Older + ":", StringComparison.OrdinalIgnoreCase);

    /// <summary>The flags of the newer schema; of two with one name the last counts.</summary>
    public List<FeatureFlagDefinition> ReadNewer(ConfigurationNode root)
    {
        var definitions = new List<FeatureFlagDefinition>();
        if (root.FindValue(Newer)?.FindValue(Flags) is not { } list)
            return definitions;
        string key = $"{Newer}:{Flags}";
        if (list.Kind != ConfigurationNodeKind.Array)
            errors.Add(list, key, "The feature flags are not a list.", "an array", FlagErrors.Describe(list));

        var positions = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < list.Items.Count; i++)
        {
            if (ReadFlag(list.Items[i], NodeReading.At(key, i)) is not { } definition)
                continue;
            if (positions.TryAdd(definition.Name, definitions.Count))
                definitions.Add(definition);
            else
                definitions[positions[definition.Name]] = definition;
        }

        return definitions;
    }

    /// <summary>The flags of the older schema.</summary>
    public List<FeatureFlagDefinition> ReadOlder(ConfigurationNode root)
    {
        var definitions = new List<FeatureFlagDefinition>();
        if (root.FindValue(Older) is not { } component)
            return definitions;
        foreach (ConfigurationMember member in component.Members)
        {
            string key = $"{Older}:{member.Name}";
            if (FeatureFlagDefinition.FindNameProblem(member.Name) is { } problem)
                errors.Add(member.NameOrigin, key, $"The name of a feature flag {problem}.");
            else
                definitions.Add(ReadOlderFlag(member, key));
        }

        return definitions;
    }

    private FeatureFlagDefinition? ReadFlag(ConfigurationNode node, string key)
    {
        int before = errors.Count;
        ConfigurationNode? id = node.FindValue("id");
        if (node.Kind != ConfigurationNodeKind.Object || id is null)
        {
            errors.Add(node, key, "The feature flag has no name.", "an object with a member 'id'", node.Kind == ConfigurationNodeKind.Object ? "none" : FlagErrors.Describe(node));
            return null;
        }

        if (FeatureFlagDefinition.FindNameProblem(id.Text) is { } problem)
        {
            errors.Add(id, $"{key}:id", $"The name of a feature flag {problem}.");
            return null;
        }

        bool enabled = ReadEnabled(node, key);
        FeatureRequirement requirement = FeatureRequirement.Any;
        List<FeatureCondition> conditions = [];
        if (enabled && node.FindValue("conditions") is { } described)
        {
            requirement = ReadRequirement(described, "requirement_type", $"{key}:conditions");
            conditions = ReadFilters(described.FindValue("client_filters"), $"{key}:conditions:client_filters");
        }

        List<FeatureVariant> variants = _variants.ReadVariants(node.FindValue("variants"), $"{key}:variants");
        var definition = new FeatureFlagDefinition(id.Text!, enabled)
        {
            Origin = id.Origin,
            Key = key,
            Description = node.FindValue("description")?.Text,
            Conditions = conditions,
            Requirement = requirement,
            Variants = variants,
            Allocation = variants.Count == 0 ? null : _variants.ReadAllocation(node.FindValue("allocation"), $"{key}:allocation"),
            Bucketing = FeatureBucketing.Sha256,
        };
        return errors.Count == before ? definition : null;
    }

    private FeatureFlagDefinition ReadOlderFlag(ConfigurationMember member, string key)
    {
        ConfigurationNode node = member.Value;
        ConfigurationNode? filters = node.Find("EnabledFor");
        if (bool.TryParse(node.Text, out bool enabled) || bool.TryParse(filters?.Text, out enabled))
            return new FeatureFlagDefinition(member.Name, enabled) { Origin = member.NameOrigin, Key = key, Bucketing = FeatureBucketing.Sha256 };

        FeatureRequirement requirement = ReadRequirement(node, "RequirementType", key);
        List<FeatureCondition> conditions = filters is null ? [] : ReadFilters(filters, $"{key}:EnabledFor");
        return new FeatureFlagDefinition(member.Name, conditions.Count > 0)
        {
            Origin = member.NameOrigin,
            Key = key,
            Conditions = conditions,
            Requirement = requirement,
            Bucketing = FeatureBucketing.Sha256,
        };
    }

    private bool ReadEnabled(ConfigurationNode flag, string key)
    {
        if (flag.FindValue("enabled") is not { } node || node.Text is "")
            return false;
        if (bool.TryParse(node.Text, out bool enabled))
            return enabled;
        errors.Add(node, $"{key}:enabled", "Whether a feature flag is on must be a boolean.", "true or false", FlagErrors.Describe(node));
        return false;
    }

    private FeatureRequirement ReadRequirement(ConfigurationNode node, string name, string key)
    {
        if (node.FindValue(name) is not { } value || value.Text is "")
            return FeatureRequirement.Any;
        if (value.TryReadName(out FeatureRequirement requirement))
            return requirement;
        errors.Add(value, $"{key}:{name}", "There is no such requirement.", "\"Any\" or \"All\"", FlagErrors.Describe(value));
        return FeatureRequirement.Any;
    }

    // Filters without a name are passed over. If none is left, something was meant to restrict the flag, so it is off.
    private static List<FeatureCondition> ReadFilters(ConfigurationNode? node, string key)
    {
        var conditions = new List<FeatureCondition>();
        if (node is null)
            return conditions;
        foreach (ConfigurationNode item in node.Items)
        {
            if (item.FindValue("name") is { Text: { Length: > 0 } name })
                conditions.Add(new FilterCondition(name, item.FindValue("parameters") is { Kind: ConfigurationNodeKind.Object } parameters ? parameters : null) { Node = item });
        }

        if (conditions.Count == 0 && node.Items.Count > 0 && key.StartsWith(Newer, StringComparison.Ordinal))
            conditions.Add(new AnyOfCondition() { Node = node });
        return conditions;
    }
}
