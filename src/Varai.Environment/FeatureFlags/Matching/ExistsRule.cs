using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>Whether an attribute is there; a list without items is not.</summary>
internal sealed class ExistsRule(FlagAttribute attribute, bool isNegated) : MatchRule
{
    public override int Cost => 1;

    public override MatchOutcome Evaluate(ref FlagQuery query, ref string? decided)
    {
        FlagValue value = attribute.Read(query.Context!);
        return (Exists(in value) != isNegated).ToOutcome();
    }

    public override void Explain(ref FlagQuery query, FlagTrace trace, string name, string path)
    {
        FlagValue value = attribute.Read(query.Context!);
        trace.Add(name, Evaluate(ref query).ToStep(), Exists(in value) ? $"{attribute.Name} is present" : $"{attribute.Name} is absent");
    }

    private static bool Exists(in FlagValue value) =>
        value.Kind != FlagValueKind.None && (value.Kind != FlagValueKind.Strings || value.Strings.Count > 0);
}
