using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>Compares a semantic version with one of the rule.</summary>
internal sealed class VersionTest(Comparison comparison, string version) : ValueTest
{
    public override int Cost => 120;

    public override MatchOutcome Evaluate(in FlagValue value, ref FlagQuery query) =>
        SemanticVersion.TryParse(value.String, out SemanticVersion found) && SemanticVersion.TryParse(version, out SemanticVersion other)
            ? comparison.Holds(SemanticVersion.Compare(found, other)).ToOutcome()
            : MatchOutcome.Unknown;

    public override string Describe(bool holds) => $"is {(holds ? "" : "not ")}{comparison.Describe()} {version}";

    public override string DescribeMisfit(in FlagValue value) => "no semantic version such as 1.2.3";
}
