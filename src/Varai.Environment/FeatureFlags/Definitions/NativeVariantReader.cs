using Varai.Configuration;

namespace Varai.FeatureFlags.Definitions;

/// <summary>Reads the variants of a flag and who gets them, as we write them.</summary>
internal sealed class NativeVariantReader(FlagErrors errors)
{
    private static readonly string[] VariantMembers = ["value", "status_override"];
    private static readonly string[] AllocationMembers =
        ["default_when_enabled", "default_when_disabled", "user", "group", "rules", "percentile", "by", "seed"];

    private static readonly string[] UserMembers = ["variant", "users"];
    private static readonly string[] GroupMembers = ["variant", "groups"];
    private static readonly string[] RuleMembers = ["variant", "conditions"];
    private static readonly string[] PercentileMembers = ["variant", "from", "to"];
    private static readonly string[] Overrides = ["enabled", "disabled", "none"];

    private readonly ConditionReader _conditions = new(errors);

    public List<FeatureVariant> ReadVariants(ConfigurationNode? node, string key)
    {
        var variants = new List<FeatureVariant>();
        if (node is null)
            return variants;
        if (node.Kind != ConfigurationNodeKind.Object)
            errors.Add(node, key, "The variants of a feature flag are not an object.", "variant names with their values", FlagErrors.Describe(node));
        foreach (ConfigurationMember member in node.Members)
        {
            string at = $"{key}:{member.Name}";
            if (member.Name.Length == 0)
                errors.Add(member.NameOrigin, at, "The name of a variant is empty.");
            else
                variants.Add(ReadVariant(member, at));
        }

        return variants;
    }

    public FeatureAllocation? ReadAllocation(ConfigurationNode? node, string key)
    {
        if (node is null)
            return null;
        Only(node, key, "An allocation", AllocationMembers);
        return new FeatureAllocation
        {
            Node = node,
            DefaultWhenEnabled = ReadText(node, key, "default_when_enabled"),
            DefaultWhenDisabled = ReadText(node, key, "default_when_disabled"),
            Users = ReadEntries(node, key, "user", UserMembers, (item, at, variant) => new VariantTargets(variant, ReadNames(item, at, "users")) { Node = item }),
            Groups = ReadEntries(node, key, "group", GroupMembers, (item, at, variant) => new VariantTargets(variant, ReadNames(item, at, "groups")) { Node = item }),
            Rules = ReadEntries(node, key, "rules", RuleMembers, ReadRule),
            Percentiles = ReadEntries(node, key, "percentile", PercentileMembers, ReadPercentile),
            By = ReadText(node, key, "by") ?? FlagContext.UserAttribute,
            Seed = ReadText(node, key, "seed"),
        };
    }

    private FeatureVariant ReadVariant(ConfigurationMember member, string key)
    {
        ConfigurationNode node = member.Value;
        if (node.Kind != ConfigurationNodeKind.Object)
        {
            NativeFlagReader.RefuseSecrets(node, key, errors);
            return new FeatureVariant(member.Name, node.Kind == ConfigurationNodeKind.Null ? null : node);
        }

        Only(node, key, "A variant that is an object holds its value in 'value'; it", VariantMembers);
        ConfigurationNode? value = node.FindValue("value");
        if (value is not null)
            NativeFlagReader.RefuseSecrets(value, $"{key}:value", errors);
        FeatureStatusOverride status = default;
        if (node.FindValue("status_override") is { } wanted && !wanted.TryReadName(out status))
        {
            errors.Add(
                wanted, $"{key}:status_override", "There is no such status.", $"one of {string.Join(", ", Overrides)}", FlagErrors.Describe(wanted),
                Spelling.Nearest(wanted.Text ?? "", Overrides));
        }

        return new FeatureVariant(member.Name, value) { StatusOverride = status };
    }

    private List<T> ReadEntries<T>(ConfigurationNode node, string key, string name, string[] members, Func<ConfigurationNode, string, string, T?> read)
        where T : class
    {
        var entries = new List<T>();
        if (node.FindValue(name) is not { } list)
            return entries;
        if (list.Kind != ConfigurationNodeKind.Array)
            errors.Add(list, $"{key}:{name}", "This must be a list.", "an array", FlagErrors.Describe(list));
        for (int i = 0; i < list.Items.Count; i++)
        {
            ConfigurationNode item = list.Items[i];
            string at = NodeReading.At($"{key}:{name}", i);
            if (Only(item, at, $"An entry of '{name}'", members)
                && NodeReading.ReadText(item.Find("variant") ?? item, $"{at}:variant", errors) is { } variant
                && read(item, at, variant) is { } entry)
                entries.Add(entry);
        }

        return entries;
    }

    private VariantRule? ReadRule(ConfigurationNode item, string at, string variant)
    {
        if (item.FindValue("conditions") is not { } conditions)
            errors.Add(item, at, "A rule needs conditions.", "a member 'conditions'", "none");
        else if (_conditions.ReadAny(conditions, $"{at}:conditions") is { } condition)
            return new VariantRule(variant, condition) { Node = item };
        return null;
    }

    private VariantPercentile? ReadPercentile(ConfigurationNode item, string at, string variant) =>
        ReadBound(item, at, "from") is { } from && ReadBound(item, at, "to") is { } to ? new VariantPercentile(variant, from, to) { Node = item } : null;

    private double? ReadBound(ConfigurationNode item, string at, string name)
    {
        if (item.FindValue(name) is { } value)
            return NodeReading.ReadPercentage(value, $"{at}:{name}", errors);
        errors.Add(item, at, "A range of percentiles needs both its ends.", $"a member '{name}'", "none");
        return null;
    }

    private List<string> ReadNames(ConfigurationNode item, string at, string name)
    {
        if (item.FindValue(name) is { } names)
            return NodeReading.ReadTexts(names, $"{at}:{name}", errors);
        errors.Add(item, at, "The names are missing.", $"a member '{name}'", "none");
        return [];
    }

    private string? ReadText(ConfigurationNode node, string key, string name) =>
        node.FindValue(name) is { } value ? NodeReading.ReadText(value, $"{key}:{name}", errors) : null;

    private bool Only(ConfigurationNode node, string key, string what, string[] members)
    {
        if (node.Kind != ConfigurationNodeKind.Object)
        {
            errors.Add(node, key, "This must be an object.", "an object", FlagErrors.Describe(node));
            return false;
        }

        int before = errors.Count;
        foreach (ConfigurationMember unknown in node.Members.Where(m => !members.Contains(m.Name, StringComparer.OrdinalIgnoreCase)))
            errors.AddUnknownMember(unknown, key, $"{what} has no such member.", members);
        return errors.Count == before;
    }
}
