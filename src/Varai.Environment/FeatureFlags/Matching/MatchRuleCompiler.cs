using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Matching;

/// <summary>Compiles rule trees.</summary>
/// <param name="errors">Takes what is wrong.</param>
/// <param name="findSegment">Finds a segment by the node that names it, and its key; reports it when there is none.</param>
internal sealed class MatchRuleCompiler(FlagErrors errors, Func<ConfigurationNode, FlagKey, FlagErrors, Segment?> findSegment)
{
    private const string Expected = "exactly one of 'all', 'any', 'not', 'segment', or a clause of 'attribute', 'operator' and 'value' or 'values'";

    private static readonly string[] Forms = ["all", "any", "not", "segment"];

    /// <summary>Compiles a rule and limits what it costs.</summary>
    /// <param name="node">The rule.</param>
    /// <param name="key">Its configuration key.</param>
    /// <param name="name">What to call the rule when it decides; <see langword="null"/> when that is not told.</param>
    /// <returns>The rule; <see langword="null"/> when an error was reported.</returns>
    public MatchRule? Compile(ConfigurationNode node, FlagKey key, string? name)
    {
        MatchRule? rule = Compile(node, key, name, MatchRule.DeepestNesting);
        if (rule is not null && !CheckCost(rule.Cost, node, key))
            return null;
        return rule;
    }

    /// <summary>Reports a rule that would take too long.</summary>
    public bool CheckCost(int cost, ConfigurationNode node, FlagKey key)
    {
        if (cost <= MatchRule.HighestCost)
            return true;
        errors.Report(
            node.Origin, key,
            "The rule has so many clauses, with those of the segments it refers to, that evaluating it could take too long. Regular expressions and 'contains' count most.");
        return false;
    }

    private MatchRule? Compile(ConfigurationNode node, FlagKey key, string? name, int depth)
    {
        if (node.Kind != ConfigurationNodeKind.Object)
        {
            errors.Report(node.Origin, key, "A rule is an object.", Expected, FlagErrors.Describe(node));
            return null;
        }

        if (depth == 0)
        {
            errors.Report(node.Origin, key, $"Rules are nested more than {MatchRule.DeepestNesting} deep. Move a part into a segment.");
            return null;
        }

        int before = errors.Count;
        bool isClause = false;
        string? form = null;
        int forms = 0;
        foreach (ConfigurationMember member in node.MemberSpan())
        {
            if (member.Value.Kind == ConfigurationNodeKind.Null)
                continue;
            if (FlagMembers.FindName(Forms, member.Name) is { } named)
            {
                form = named;
                forms++;
            }
            else if (ClauseCompiler.IsMember(member.Name))
            {
                isClause = true;
            }
            else
            {
                ReportUnknown(member, key);
            }
        }

        if (errors.Count > before)
            return null;
        if (forms + (isClause ? 1 : 0) != 1)
        {
            errors.Report(node.Origin, key, "A rule says one thing. Combine several with 'all' or 'any'.", Expected, DescribeForms(node, isClause));
            return null;
        }

        if (form is null)
            return ClauseCompiler.Compile(node, key, errors);
        ConfigurationNode value = node.Find(form)!;
        switch (form)
        {
            case "segment":
                return findSegment(value, key.Of(form), errors) is { } segment ? new SegmentRule(segment) : null;
            case "not":
                return Compile(value, key.Of(form), name: null, depth - 1) is { } negated ? new NotRule(negated) : null;
            default:
                return CompileComposite(value, key, form, name, depth - 1);
        }
    }

    private CompositeRule? CompileComposite(ConfigurationNode node, FlagKey key, string form, string? name, int depth)
    {
        if (node.Kind != ConfigurationNodeKind.Array || node.Items.Count == 0)
        {
            errors.Report(
                node.Origin, key.Of(form), $"'{form}' takes at least one rule.", "an array of rules",
                node.Kind == ConfigurationNodeKind.Array ? "an empty array" : FlagErrors.Describe(node));
            return null;
        }

        bool isAny = form == "any";
        ReadOnlySpan<ConfigurationNode> items = node.ItemSpan();
        string[]? names = isAny && name is not null ? [.. node.Items.Select((_, i) => $"{name}{(name[^1] == ')' ? " " : ".")}any[{i}]")] : null;
        var rules = new MatchRule[items.Length];
        bool isSound = true;
        for (int i = 0; i < items.Length; i++)
        {
            if (Compile(items[i], key.Of(form, i), names?[i], depth) is { } rule)
                rules[i] = rule;
            else
                isSound = false;
        }

        return isSound ? new CompositeRule(isAny, rules, names) : null;
    }

    // What a rule says that says nothing, or more than one thing.
    private static string DescribeForms(ConfigurationNode node, bool isClause)
    {
        string[] forms =
        [
            .. node.Members.Where(member => member.Value.Kind != ConfigurationNodeKind.Null)
                .Select(member => FlagMembers.FindName(Forms, member.Name)).OfType<string>().Select(form => $"'{form}'"),
        ];
        return forms.Length == 0 ? "neither" : string.Join(" and ", isClause ? [.. forms, "a clause"] : forms);
    }

    private void ReportUnknown(ConfigurationMember member, FlagKey key) => errors.Report(
        member.NameOrigin, $"{key}:{member.Name}", $"A rule has no member '{member.Name}'.", Expected,
        didYouMean: Spelling.Nearest(member.Name, [.. Forms, .. ClauseCompiler.Members]));
}
