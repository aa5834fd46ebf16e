using System.Collections.Frozen;
using Varai.Configuration;

namespace Varai.FeatureFlags.Definitions;

/// <summary>Reads conditions as we write them.</summary>
internal sealed class ConditionReader(FlagErrors errors)
{
    /// <summary>Deeper nesting is refused, so that nothing runs out of stack.</summary>
    public const int MaximumDepth = 16;

    private static readonly FrozenDictionary<string, AttributeOperator> Operators = new Dictionary<string, AttributeOperator>
    {
        ["equals"] = AttributeOperator.In,
        ["in"] = AttributeOperator.In,
        ["not_equals"] = AttributeOperator.NotIn,
        ["not_in"] = AttributeOperator.NotIn,
        ["less_than"] = AttributeOperator.LessThan,
        ["at_most"] = AttributeOperator.AtMost,
        ["greater_than"] = AttributeOperator.GreaterThan,
        ["at_least"] = AttributeOperator.AtLeast,
        ["starts_with"] = AttributeOperator.StartsWith,
        ["ends_with"] = AttributeOperator.EndsWith,
        ["contains"] = AttributeOperator.Contains,
        ["matches"] = AttributeOperator.Matches,
        ["before"] = AttributeOperator.Before,
        ["after"] = AttributeOperator.After,
        ["version_equals"] = AttributeOperator.VersionEquals,
        ["version_less_than"] = AttributeOperator.VersionLessThan,
        ["version_at_most"] = AttributeOperator.VersionAtMost,
        ["version_greater_than"] = AttributeOperator.VersionGreaterThan,
        ["version_at_least"] = AttributeOperator.VersionAtLeast,
        ["exists"] = AttributeOperator.Exists,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Kinds = ["any", "all", "not", "user", "group", "attribute", "segment", "percentage", "window", "filter"];
    private static readonly string[] UserMembers = ["user", "ignore_case"];
    private static readonly string[] GroupMembers = ["group", "ignore_case"];
    private static readonly string[] AttributeMembers = ["attribute", "ignore_case", .. Operators.Keys.Order(StringComparer.Ordinal)];
    private static readonly string[] PercentageMembers = ["percentage", "by", "seed"];
    private static readonly string[] FilterMembers = ["filter", "parameters"];

    /// <summary>A condition, or a list of which one must hold.</summary>
    public FeatureCondition? ReadAny(ConfigurationNode node, string key, int depth = 0) =>
        node.Kind == ConfigurationNodeKind.Array ? new AnyOfCondition(ReadList(node, key, depth)) { Node = node } : Read(node, key, depth);

    /// <summary>The well-formed ones of a list of conditions.</summary>
    public List<FeatureCondition> ReadList(ConfigurationNode node, string key, int depth = 0)
    {
        var conditions = new List<FeatureCondition>(node.Items.Count);
        if (node.Kind != ConfigurationNodeKind.Array)
            errors.Add(node, key, "This must be a list of conditions.", "an array", FlagErrors.Describe(node));
        for (int i = 0; i < node.Items.Count; i++)
        {
            if (Read(node.Items[i], NodeReading.At(key, i), depth) is { } condition)
                conditions.Add(condition);
        }

        return conditions;
    }

    private FeatureCondition? Read(ConfigurationNode node, string key, int depth)
    {
        if (node.Kind != ConfigurationNodeKind.Object)
        {
            errors.Add(node, key, "A condition has the wrong type.", "an object", FlagErrors.Describe(node));
            return null;
        }

        if (depth >= MaximumDepth)
        {
            errors.Add(node, key, $"Conditions are nested deeper than {MaximumDepth}.");
            return null;
        }

        string? kind = Array.Find(Kinds, k => node.IndexOf(k) >= 0);
        if (kind is null)
        {
            string? first = node.Members.Count > 0 ? node.Members[0].Name : null;
            errors.Add(
                node, key, "The kind of the condition is missing.", $"one of {string.Join(", ", Kinds)}",
                first is null ? "none" : $"'{first}'", first is null ? null : Spelling.Nearest(first, Kinds));
            return null;
        }

        ConfigurationNode value = node.Find(kind)!;
        string at = $"{key}:{kind}";
        return kind switch
        {
            "any" => Only(node, key, [kind]) ? new AnyOfCondition(ReadList(value, at, depth + 1)) { Node = node } : null,
            "all" => Only(node, key, [kind]) ? new AllOfCondition(ReadList(value, at, depth + 1)) { Node = node } : null,
            "not" => Only(node, key, [kind]) && ReadAny(value, at, depth + 1) is { } inner ? new NotCondition(inner) { Node = node } : null,
            "user" => ReadNames(node, key, FlagContext.UserAttribute, value, at, UserMembers),
            "group" => ReadNames(node, key, FlagContext.GroupsAttribute, value, at, GroupMembers),
            "attribute" => ReadAttribute(node, key, value, at),
            "segment" => Only(node, key, [kind]) && NodeReading.ReadText(value, at, errors) is { } segment ? new SegmentCondition(segment) { Node = node } : null,
            "percentage" => ReadPercentage(node, key, value, at),
            "window" => Only(node, key, [kind]) ? TimeWindowReader.ReadNative(value, at, errors) : null,
            _ => ReadFilter(node, key, value, at),
        };
    }

    private AttributeCondition? ReadNames(ConfigurationNode node, string key, string attribute, ConfigurationNode value, string at, string[] members) =>
        Only(node, key, members)
            ? new AttributeCondition(attribute, AttributeOperator.In, NodeReading.ReadTexts(value, at, errors)) { Node = node, IgnoreCase = IgnoresCase(node, key) }
            : null;

    private FeatureCondition? ReadAttribute(ConfigurationNode node, string key, ConfigurationNode value, string at)
    {
        if (!Only(node, key, AttributeMembers) || NodeReading.ReadText(value, at, errors) is not { } attribute)
            return null;

        ConfigurationMember[] found = [.. node.Members.Where(m => Operators.ContainsKey(m.Name))];
        if (found.Length != 1)
        {
            errors.Add(
                node, key, "A condition on an attribute has one operator.", $"one of {string.Join(", ", AttributeMembers[2..])}",
                found.Length == 0 ? "none" : string.Join(" and ", found.Select(m => $"'{m.Name}'")));
            return null;
        }

        AttributeOperator attributeOperator = Operators[found[0].Name];
        string operand = $"{key}:{found[0].Name}";
        if (attributeOperator != AttributeOperator.Exists)
        {
            List<string> values = NodeReading.ReadTexts(found[0].Value, operand, errors);
            return new AttributeCondition(attribute, attributeOperator, values) { Node = node, IgnoreCase = IgnoresCase(node, key) };
        }

        if (NodeReading.ReadBoolean(found[0].Value, operand, errors) is not { } exists)
            return null;
        var condition = new AttributeCondition(attribute, AttributeOperator.Exists) { Node = node };
        return exists ? condition : new NotCondition(condition) { Node = node };
    }

    private PercentageCondition? ReadPercentage(ConfigurationNode node, string key, ConfigurationNode value, string at)
    {
        if (!Only(node, key, PercentageMembers) || NodeReading.ReadPercentage(value, at, errors) is not { } percentage)
            return null;
        return new PercentageCondition(percentage)
        {
            Node = node,
            By = ReadOptional(node, key, "by") ?? FlagContext.UserAttribute,
            Seed = ReadOptional(node, key, "seed"),
        };
    }

    private FilterCondition? ReadFilter(ConfigurationNode node, string key, ConfigurationNode value, string at)
    {
        if (!Only(node, key, FilterMembers) || NodeReading.ReadText(value, at, errors) is not { } filter)
            return null;
        ConfigurationNode? parameters = node.FindValue("parameters");
        if (parameters is null or { Kind: ConfigurationNodeKind.Object })
            return new FilterCondition(filter, parameters) { Node = node };
        errors.Add(parameters, $"{key}:parameters", "The parameters of a filter are not an object.", "an object", FlagErrors.Describe(parameters));
        return null;
    }

    private string? ReadOptional(ConfigurationNode node, string key, string name) =>
        node.FindValue(name) is { } value ? NodeReading.ReadText(value, $"{key}:{name}", errors) : null;

    private bool IgnoresCase(ConfigurationNode node, string key) =>
        node.FindValue("ignore_case") is { } value && NodeReading.ReadBoolean(value, $"{key}:ignore_case", errors) == true;

    private bool Only(ConfigurationNode node, string key, string[] members)
    {
        bool isKnown = true;
        foreach (ConfigurationMember member in node.Members)
        {
            if (members.Contains(member.Name, StringComparer.OrdinalIgnoreCase))
                continue;
            isKnown = false;
            errors.AddUnknownMember(member, key, $"A condition of the kind '{members[0]}' has no such member.", members);
        }

        return isKnown;
    }
}
