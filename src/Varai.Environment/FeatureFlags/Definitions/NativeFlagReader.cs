using Varai.Configuration;
using Varai.Secrets;

namespace Varai.FeatureFlags.Definitions;

/// <summary>Reads one flag as we write it.</summary>
internal sealed class NativeFlagReader(FlagErrors errors)
{
    private static readonly string[] Members =
        ["enabled", "parameters", "description", "kill_switch", "prerequisites", "conditions", "variants", "allocation", "bucketing"];

    private static readonly string[] PrerequisiteMembers = ["flag", "enabled", "variant"];
    private static readonly string[] Bucketings = ["xxhash3", "sha256"];

    private readonly ConditionReader _conditions = new(errors);
    private readonly NativeVariantReader _variants = new(errors);

    public FeatureFlagDefinition? Read(ConfigurationMember member, string key)
    {
        ConfigurationNode node = member.Value;
        if (node.Kind == ConfigurationNodeKind.Boolean)
            return new FeatureFlagDefinition(member.Name, NodeReading.IsTrue(node)) { Origin = member.NameOrigin, Key = key };
        if (node.Kind != ConfigurationNodeKind.Object)
        {
            errors.Add(node, key, "The definition of a feature flag has the wrong type.", "true, false, or an object with 'enabled' and 'parameters'", FlagErrors.Describe(node));
            return null;
        }

        int before = errors.Count;
        foreach (ConfigurationMember unknown in node.Members.Where(m => !Members.Contains(m.Name, StringComparer.OrdinalIgnoreCase)))
            errors.AddUnknownMember(unknown, key, "A feature flag has no such member.", Members);

        bool enabled = ReadEnabled(node, key);
        (List<FeatureCondition> conditions, FeatureRequirement requirement) = ReadConditions(node.FindValue("conditions"), $"{key}:conditions");
        List<FeatureVariant> variants = _variants.ReadVariants(node.FindValue("variants"), $"{key}:variants");
        var definition = new FeatureFlagDefinition(member.Name, enabled)
        {
            Origin = member.NameOrigin,
            Key = key,
            Parameters = ReadParameters(node, $"{key}:parameters"),
            Description = node.FindValue("description") is { } description ? NodeReading.ReadText(description, $"{key}:description", errors) : null,
            KillSwitch = node.FindValue("kill_switch") is { } kill && NodeReading.ReadBoolean(kill, $"{key}:kill_switch", errors) == true,
            Prerequisites = ReadPrerequisites(node.FindValue("prerequisites"), $"{key}:prerequisites"),
            Conditions = conditions,
            Requirement = requirement,
            Variants = variants,
            Allocation = _variants.ReadAllocation(node.FindValue("allocation"), $"{key}:allocation"),
            Bucketing = ReadBucketing(node.FindValue("bucketing"), $"{key}:bucketing"),
        };
        return errors.Count == before ? definition : null;
    }

    /// <summary>Reports references to secrets: parameters and variants reach clients and events, and a reference in them would be served
    /// as it is written.</summary>
    public static void RefuseSecrets(ConfigurationNode node, string key, FlagErrors errors)
    {
        if (SecretReferences.MayContain(node.Text))
            errors.Add(node, key, "A parameter of a feature flag can't refer to a secret; read the secret where it is needed.");
        foreach (ConfigurationMember member in node.Members)
            RefuseSecrets(member.Value, $"{key}:{member.Name}", errors);
        for (int i = 0; i < node.Items.Count; i++)
            RefuseSecrets(node.Items[i], NodeReading.At(key, i), errors);
    }

    private bool ReadEnabled(ConfigurationNode flag, string key)
    {
        ConfigurationNode? node = flag.Find("enabled");
        if (node?.Kind == ConfigurationNodeKind.Boolean)
            return NodeReading.IsTrue(node);
        if (node is null)
            errors.Add(flag, key, "The feature flag does not say whether it is on.", "a member 'enabled' with true or false", "none");
        else
            errors.Add(node, $"{key}:enabled", "Whether a feature flag is on must be a boolean.", "true or false", FlagErrors.Describe(node));
        return false;
    }

    private ConfigurationNode? ReadParameters(ConfigurationNode flag, string key)
    {
        ConfigurationNode? parameters = flag.FindValue("parameters");
        if (parameters is null)
            return null;
        if (parameters.Kind != ConfigurationNodeKind.Object)
        {
            errors.Add(parameters, key, "The parameters of a feature flag are not an object.", "parameter names with their values", FlagErrors.Describe(parameters));
            return null;
        }

        RefuseSecrets(parameters, key, errors);
        return parameters;
    }

    private (List<FeatureCondition> Conditions, FeatureRequirement Requirement) ReadConditions(ConfigurationNode? node, string key)
    {
        if (node is null)
            return ([], FeatureRequirement.Any);
        if (node.Kind == ConfigurationNodeKind.Array)
            return (_conditions.ReadList(node, key), FeatureRequirement.Any);

        // The outermost "all" or "any" is the flag's own, so that each condition in it is a rule that can be named.
        foreach ((string name, FeatureRequirement requirement) in (ReadOnlySpan<(string, FeatureRequirement)>)[("all", FeatureRequirement.All), ("any", FeatureRequirement.Any)])
        {
            if (node.Members.Count == 1 && node.Find(name) is { Kind: ConfigurationNodeKind.Array } list)
                return (_conditions.ReadList(list, $"{key}:{name}"), requirement);
        }

        return _conditions.ReadAny(node, key) is { } condition ? ([condition], FeatureRequirement.Any) : ([], FeatureRequirement.Any);
    }

    private List<FeaturePrerequisite> ReadPrerequisites(ConfigurationNode? node, string key)
    {
        var prerequisites = new List<FeaturePrerequisite>();
        if (node is null)
            return prerequisites;
        if (node.Kind != ConfigurationNodeKind.Array)
            errors.Add(node, key, "The prerequisites of a feature flag are not a list.", "an array of flag names or objects with 'flag'", FlagErrors.Describe(node));
        for (int i = 0; i < node.Items.Count; i++)
        {
            if (ReadPrerequisite(node.Items[i], NodeReading.At(key, i)) is { } prerequisite)
                prerequisites.Add(prerequisite);
        }

        return prerequisites;
    }

    private FeaturePrerequisite? ReadPrerequisite(ConfigurationNode node, string key)
    {
        if (node.Kind != ConfigurationNodeKind.Object)
            return NodeReading.ReadText(node, key, errors) is { } name ? new FeaturePrerequisite(name) { Node = node } : null;

        foreach (ConfigurationMember unknown in node.Members.Where(m => !PrerequisiteMembers.Contains(m.Name, StringComparer.OrdinalIgnoreCase)))
            errors.AddUnknownMember(unknown, key, "A prerequisite has no such member.", PrerequisiteMembers);
        if (NodeReading.ReadText(node.Find("flag") ?? node, $"{key}:flag", errors) is not { } flag)
            return null;
        return new FeaturePrerequisite(flag)
        {
            Node = node,
            IsEnabled = node.FindValue("enabled") is not { } enabled || NodeReading.ReadBoolean(enabled, $"{key}:enabled", errors) != false,
            Variant = node.FindValue("variant") is { } variant ? NodeReading.ReadText(variant, $"{key}:variant", errors) : null,
        };
    }

    private FeatureBucketing ReadBucketing(ConfigurationNode? node, string key)
    {
        switch (node?.Text)
        {
            case null when node is null:
            case "xxhash3":
                return FeatureBucketing.XxHash3;
            case "sha256":
                return FeatureBucketing.Sha256;
            default:
                errors.Add(node, key, "There is no such bucketing.", "\"xxhash3\" or \"sha256\"", FlagErrors.Describe(node), Spelling.Nearest(node.Text ?? "", Bucketings));
                return default;
        }
    }
}
