using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>Compares a number with one of the rule.</summary>
internal sealed class NumberTest(Comparison comparison, double number, string text) : ValueTest
{
    public override MatchOutcome Evaluate(in FlagValue value, ref FlagQuery query)
    {
        double found = value.Number;
        bool isNumber = value.Kind switch
        {
            FlagValueKind.Number => !double.IsNaN(found),
            FlagValueKind.String => NumberText.TryParse(value.String, out found),
            _ => false,
        };
        return isNumber ? comparison.Holds(found.CompareTo(number)).ToOutcome() : MatchOutcome.Unknown;
    }

    public override string Describe(bool holds) => $"is {(holds ? "" : "not ")}{comparison.Describe()} {text}";

    public override string DescribeMisfit(in FlagValue value) => "no number";
}
