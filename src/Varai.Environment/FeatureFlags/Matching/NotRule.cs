using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>The opposite of a rule; unknown when that is unknown.</summary>
internal sealed class NotRule(MatchRule rule) : MatchRule
{
    public override int Cost => rule.Cost;

    public override MatchOutcome Evaluate(ref FlagQuery query, ref string? decided) => rule.Evaluate(ref query).Negate();

    public override void Explain(ref FlagQuery query, FlagTrace trace, string name, string path)
    {
        MatchOutcome outcome = Evaluate(ref query);
        trace.Add(name, outcome.ToStep(), outcome switch
        {
            MatchOutcome.Met => "its rule is not met",
            MatchOutcome.NotMet => "its rule is met",
            _ => "whether its rule is met can't be told, which counts as not met",
        });
        trace.Enter();
        string inner = path + "not";
        rule.Explain(ref query, trace, inner, inner + ".");
        trace.Leave();
    }
}
