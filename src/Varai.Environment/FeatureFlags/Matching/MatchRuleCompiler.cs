using Varai.Configuration;
using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>Compiles rule trees.</summary>
/// <param name="errors">Takes what is wrong.</param>
/// <param name="findSegment">Finds a segment by the node that names it, and its key; reports it when there is none.</param>
internal sealed class MatchRuleCompiler(FlagErrors errors, Func<ConfigurationNode, string, Segment?> findSegment)
{
    private const string Expected = "exactly one of 'all', 'any', 'not', 'segment', or a clause of 'attribute', 'operator' and 'value' or 'values'";

    private static readonly string[] Forms = ["all", "any", "not", "segment"];

    /// <summary>Compiles a rule and limits what it costs.</summary>
    /// <param name="node">The rule.</param>
    /// <param name="key">Its configuration key.</param>
    /// <param name="name">What to call the rule when it decides; <see langword="null"/> when that is not told.</param>
    /// <returns>The rule; <see langword="null"/> when an error was reported.</returns>
    public MatchRule? Compile(ConfigurationNode node, string key, string? name)
    {
        MatchRule? rule = Compile(node, key, name, MatchRule.DeepestNesting);
        if (rule is not null && !CheckCost(rule.Cost, node, key))
            return null;
        return rule;
    }

    /// <summary>Reports a rule that would take too long.</summary>
    public bool CheckCost(int cost, ConfigurationNode node, string key)
    {
        if (cost <= MatchRule.HighestCost)
            return true;
        errors.Report(
            node.Origin, key,
            "The rule has so many clauses, with those of the segments it refers to, that evaluating it could take too long. Regular expressions and 'contains' count most.");
        return false;
    }

    private MatchRule? Compile(ConfigurationNode node, string key, string? name, int depth)
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
        var forms = new List<string>();
        foreach (ConfigurationMember member in node.Members)
        {
            if (member.Value.Kind == ConfigurationNodeKind.Null)
                continue;
            if (Array.Find(Forms, form => form.Equals(member.Name, StringComparison.OrdinalIgnoreCase)) is { } form)
                forms.Add(form);
            else if (ClauseCompiler.IsMember(member.Name))
                isClause = true;
            else
                ReportUnknown(member, key);
        }

        if (errors.Count > before)
            return null;
        if (forms.Count + (isClause ? 1 : 0) != 1)
        {
            string found = forms.Count == 0 ? "neither" : string.Join(" and ", forms.Select(form => $"'{form}'").Concat(isClause ? ["a clause"] : []));
            errors.Report(node.Origin, key, "A rule says one thing. Combine several with 'all' or 'any'.", Expected, found);
            return null;
        }

        if (isClause)
            return ClauseCompiler.Compile(node, key, errors);
        ConfigurationNode value = node.Find(forms[0])!;
        key = $"{key}:{forms[0]}";
        switch (forms[0])
        {
            case "segment":
                return findSegment(value, key) is { } segment ? new SegmentRule(segment) : null;
            case "not":
                return Compile(value, key, name: null, depth - 1) is { } negated ? new NotRule(negated) : null;
            default:
                return CompileComposite(value, key, name, isAny: forms[0] == "any", depth - 1);
        }
    }

    private CompositeRule? CompileComposite(ConfigurationNode node, string key, string? name, bool isAny, int depth)
    {
        if (node.Kind != ConfigurationNodeKind.Array || node.Items.Count == 0)
        {
            errors.Report(
                node.Origin, key, $"'{(isAny ? "any" : "all")}' takes at least one rule.", "an array of rules",
                node.Kind == ConfigurationNodeKind.Array ? "an empty array" : FlagErrors.Describe(node));
            return null;
        }

        string[]? names = isAny && name is not null ? [.. node.Items.Select((_, i) => $"{name}{(name[^1] == ')' ? " " : ".")}any[{i}]")] : null;
        var rules = new List<MatchRule>();
        for (int i = 0; i < node.Items.Count; i++)
        {
            if (Compile(node.Items[i], $"{key}:{i}", names?[i], depth) is { } rule)
                rules.Add(rule);
        }

        return rules.Count == node.Items.Count ? new CompositeRule(isAny, [.. rules], names) : null;
    }

    private void ReportUnknown(ConfigurationMember member, string key) => errors.Report(
        member.NameOrigin, $"{key}:{member.Name}", $"A rule has no member '{member.Name}'.", Expected,
        didYouMean: Spelling.Nearest(member.Name, [.. Forms, .. ClauseCompiler.Members]));
}
