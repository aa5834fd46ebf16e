using Varai.Configuration;
using Varai.FeatureFlags.Matching;

namespace Varai.FeatureFlags.Conditions;

/// <summary>A tree of rules about the attributes of the context.</summary>
internal static class MatchCondition
{
    /// <summary>The filter's full name; <c>Match</c> is short for it.</summary>
    public const string FilterName = "Varai.Match";

    /// <returns>The condition; <see langword="null"/> when an error was reported.</returns>
    public static FlagCondition? Compile(ConditionSource source, SegmentTable segments)
    {
        if (source.Parameters is not { Kind: not ConfigurationNodeKind.Null } parameters)
        {
            source.Report(node: null, "", "The filter has no rule.", "a rule as 'parameters', such as { \"attribute\": \"country\", \"operator\": \"in\", \"values\": [\"DE\", \"AT\"] }");
            return null;
        }

        var compiler = new MatchRuleCompiler(source.Errors, segments.Finder);
        return compiler.Compile(parameters, source.Key, source.Rule) is { } root ? new RuleCondition(root, source.Rule) : null;
    }
}
