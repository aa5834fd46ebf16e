using System.Globalization;
using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>Compares a moment with one of the rule, or with the present.</summary>
/// <param name="comparison">How.</param>
/// <param name="utcTicks">The rule's moment; <see langword="null"/> for the present.</param>
internal sealed class MomentTest(Comparison comparison, long? utcTicks) : ValueTest
{
    public override MatchOutcome Evaluate(in FlagValue value, ref FlagQuery query)
    {
        long found = 0;
        bool isMoment = value.Kind switch
        {
            FlagValueKind.Time => true,
            FlagValueKind.String => MomentText.TryParse(value.String, out found),
            _ => false,
        };
        if (!isMoment)
            return MatchOutcome.Unknown;
        if (value.Kind == FlagValueKind.Time)
            found = value.Time.UtcTicks;
        return comparison.Holds(found.CompareTo(utcTicks ?? query.UtcNow.UtcTicks)).ToOutcome();
    }

    public override string Describe(bool holds) =>
        $"is {(holds ? "" : "not ")}{(comparison == Comparison.Less ? "before" : "after")} {(utcTicks is { } ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)
            : "now")}";

    public override string DescribeMisfit(in FlagValue value) => "no date with time and offset such as 2026-03-01T08:00:00Z";
}
