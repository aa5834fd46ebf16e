namespace Varai.FeatureFlags.Conditions;

/// <summary>The filter <c>AlwaysOn</c> or <c>On</c>: met whoever asks.</summary>
internal sealed class AlwaysOnCondition(string rule) : FlagCondition
{
    public static FlagCondition? Compile(ConditionSource source)
    {
        return new AlwaysOnCondition(source.Rule);
    }

    public override FlagReach Reach => FlagReach.Everybody;

    public override bool IsMet(ref FlagQuery query)
    {
        query.Decide(FlagReason.Static, rule);
        query.Trace?.Add(rule, outcome: true, "it is always on");
        return true;
    }
}
