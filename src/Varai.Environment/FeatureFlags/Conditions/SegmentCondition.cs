using Varai.Configuration;
using Varai.FeatureFlags.Definitions;
using Varai.FeatureFlags.Matching;

namespace Varai.FeatureFlags.Conditions;

/// <summary>Whether the context is in one of several segments, or in none of them.</summary>
internal static class SegmentCondition
{
    /// <summary>The filter's full name; <c>Segment</c> is short for it.</summary>
    public const string FilterName = "Varai.Segment";

    private const string One = "segment";
    private const string Several = "segments";
    private const string Not = "not";

    private static readonly string[] Members = [One, Several, Not];

    /// <returns>The condition; <see langword="null"/> when an error was reported.</returns>
    public static FlagCondition? Compile(ConditionSource source, SegmentTable segments)
    {
        int before = source.Errors.Count;
        if (source.Parameters is { Kind: not (ConfigurationNodeKind.Object or ConfigurationNodeKind.Null) } parameters)
        {
            source.Report(parameters, "", "The parameters are an object.", $"an object with '{One}' or '{Several}'", FlagErrors.Describe(parameters));
            return null;
        }

        foreach (ConfigurationMember member in source.Parameters is null ? [] : source.Parameters.MemberSpan())
        {
            if (FlagMembers.FindName(Members, member.Name) is null)
            {
                source.Errors.Report(
                    member.NameOrigin, $"{source.Key}:{member.Name}", $"'{FilterName}' has no parameter '{member.Name}'.",
                    $"'{One}' or '{Several}', and '{Not}'", didYouMean: Spelling.Nearest(member.Name, Members));
            }
        }

        Segment[] found = [.. FindSegments(source, segments)];
        bool isNegated = false;
        if (source.Find(Not) is { } not)
        {
            if (not.Kind == ConfigurationNodeKind.Boolean)
                isNegated = not.Text == "true";
            else
                source.Report(not, Not, "Whether the condition is turned round is true or false.", "a boolean", FlagErrors.Describe(not));
        }

        if (source.Errors.Count > before)
            return null;
        MatchRule[] rules = [.. found.Select(segment => new SegmentRule(segment))];
        MatchRule rule = rules.Length == 1 && isNegated
            ? rules[0]
            : new CompositeRule(isAny: true, rules, [.. found.Select(segment => $"{source.Rule} segment '{segment.Name}'")]);
        if (isNegated)
            rule = new NotRule(rule);
        return rule.Cost <= MatchRule.HighestCost ? new RuleCondition(rule, source.Rule) : ReportCost(source);
    }

    private static IEnumerable<Segment> FindSegments(ConditionSource source, SegmentTable segments)
    {
        ConfigurationNode? one = source.Find(One);
        ConfigurationNode? several = source.Find(Several);
        if (one is null == several is null)
        {
            source.Report(
                node: null, "", one is null ? "The filter names no segment." : $"The filter has both '{One}' and '{Several}'.",
                $"'{One}' with a name, or '{Several}' with a list of names");
            return [];
        }

        if (one is not null)
            return segments.Find(one, source.Key.Of(One), source.Errors) is { } segment ? [segment] : [];
        if (several!.Kind != ConfigurationNodeKind.Array || several.Items.Count == 0)
        {
            source.Report(
                several, Several, $"'{Several}' names at least one segment.", "an array of names",
                several.Kind == ConfigurationNodeKind.Array ? "an empty array" : FlagErrors.Describe(several));
            return [];
        }

        return [.. several.Items.Select((item, i) => segments.Find(item, source.Key.Of(Several, i), source.Errors)).OfType<Segment>()];
    }

    private static FlagCondition? ReportCost(ConditionSource source)
    {
        source.Report(node: null, "", "The segments have so many clauses that evaluating them could take too long. Regular expressions and 'contains' count most.");
        return null;
    }
}
