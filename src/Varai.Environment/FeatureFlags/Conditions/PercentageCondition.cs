using Varai.Configuration;

namespace Varai.FeatureFlags.Conditions;

/// <summary>The filter <c>Microsoft.Percentage</c>: a throw of dice at every call, which sticks to nobody.</summary>
/// <remarks>Microsoft.FeatureManagement warns of a percentage outside 0..100, or of none, while the service runs; here it is an
/// error when the flags are loaded.</remarks>
internal sealed class PercentageCondition : FlagCondition
{
    private readonly string _rule;
    private readonly string _decision;
    private readonly double _percentage;

    private PercentageCondition(string rule, double percentage)
    {
        _rule = rule;
        _percentage = percentage;
        _decision = $"{rule}: {ConditionParameters.Percent(percentage)} of calls";
    }

    public static FlagCondition? Compile(ConditionSource source)
    {
        ConfigurationNode? node = source.Find("Value");
        if (node is null)
        {
            source.Report(null, "Value", "Value is missing.", "a percentage from 0 to 100", "nothing");
            return null;
        }

        return ConditionParameters.TryReadPercentage(source, node, "Value", 0, out double percentage)
            ? new PercentageCondition(source.Rule, percentage)
            : null;
    }

    public override FlagReach Reach => _percentage >= 100 ? FlagReach.Everybody : _percentage <= 0 ? FlagReach.Nobody : FlagReach.Some;

    public override bool IsMet(ref FlagQuery query)
    {
        double dice = Random.Shared.NextDouble() * 100;
        bool met = dice < _percentage;
        if (met)
            query.Decide(FlagReason.Split, _decision);
        query.Trace?.Add(_rule, met, $"by chance at every call: {ConditionParameters.Compare(dice, _percentage, met)}");
        return met;
    }
}
