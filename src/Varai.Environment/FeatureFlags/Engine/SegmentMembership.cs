namespace Varai.FeatureFlags.Engine;

/// <summary>Holds for who belongs to a segment, which flags share.</summary>
internal sealed class SegmentMembership(string name, CompiledCondition condition) : CompiledCondition
{
    public override FlagVerdict? Constant => condition.Constant;

    public override FlagReason Reason => condition.Reason;

    public override int Cost => condition.Cost;

    public override FlagVerdict Test(FlagContext? context) => condition.Test(context);

    public override string Explain(FlagContext? context) => $"the segment '{name}' is {condition.Explain(context)}";
}
