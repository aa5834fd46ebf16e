using Varai.FeatureFlags.Matching;

namespace Varai.FeatureFlags.Conditions;

/// <summary>A condition that is a rule about the context.</summary>
/// <param name="root">The rule.</param>
/// <param name="name">What to call the condition.</param>
internal sealed class RuleCondition(MatchRule root, string name) : FlagCondition
{
    public override bool IsMet(ref FlagQuery query)
    {
        if (query.Context is null)
        {
            query.Trace?.Add(name, outcome: false, "there is no context");
            return false;
        }

        string? decided = null;
        MatchOutcome outcome = root.Evaluate(ref query, ref decided);
        if (query.Trace is { } trace)
            root.Explain(ref query, trace, name, "");
        if (outcome != MatchOutcome.Met)
            return false;
        query.Decide(FlagReason.TargetingMatch, decided ?? name);
        return true;
    }
}
