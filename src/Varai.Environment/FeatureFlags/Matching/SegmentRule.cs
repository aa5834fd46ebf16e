using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>Whether the context is in a segment.</summary>
internal sealed class SegmentRule(Segment segment) : MatchRule
{
    public override int Cost => segment.Cost;

    public override MatchOutcome Evaluate(ref FlagQuery query, ref string? decided) => segment.Evaluate(ref query);

    public override void Explain(ref FlagQuery query, FlagTrace trace, string name, string path) =>
        segment.Explain(ref query, trace, name);
}
