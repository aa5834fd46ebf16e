using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>One attribute held against values.</summary>
internal sealed class ClauseRule(FlagAttribute attribute, ValueTest test, bool isNegated) : MatchRule
{
    public override int Cost => test.Cost;

    public override MatchOutcome Evaluate(ref FlagQuery query, ref string? decided)
    {
        FlagValue value = attribute.Read(query.Context!);
        if (value.Kind == FlagValueKind.None)
            return MatchOutcome.Unknown;
        MatchOutcome outcome = test.Evaluate(in value, ref query);
        return isNegated ? outcome.Negate() : outcome;
    }

    public override void Explain(ref FlagQuery query, FlagTrace trace, string name, string path)
    {
        FlagValue value = attribute.Read(query.Context!);
        MatchOutcome outcome = Evaluate(ref query);
        trace.Add(name, outcome.ToStep(), Describe(in value, isNegated ? outcome.Negate() : outcome));
    }

    private string Describe(in FlagValue value, MatchOutcome outcome)
    {
        if (value.Kind == FlagValueKind.None)
            return $"{attribute.Name} is absent, which counts as not met whatever the operator";
        string found = ClauseText.Describe(in value);
        if (outcome == MatchOutcome.Unknown)
            return $"{attribute.Name} is {found}, which is {test.DescribeMisfit(in value)}; that counts as not met whatever the operator";
        if (value.Kind == FlagValueKind.Strings)
            return $"{attribute.Name} is {found}, {(outcome == MatchOutcome.Met ? "an item of which" : "no item of which")} {test.Describe(holds: true)}";
        return $"{attribute.Name} is {found}, which {test.Describe(outcome == MatchOutcome.Met)}";
    }
}
