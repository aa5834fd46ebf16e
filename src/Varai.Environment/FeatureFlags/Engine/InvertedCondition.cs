namespace Varai.FeatureFlags.Engine;

/// <summary>Holds when its condition does not. What can't be decided stays undecided, so that nothing is opened by not knowing.</summary>
internal sealed class InvertedCondition(CompiledCondition condition) : CompiledCondition
{
    public override FlagVerdict? Constant { get; } = Invert(condition.Constant);

    public override int Cost => condition.Cost;

    public override FlagReason Reason => condition.Reason;

    public override FlagVerdict Test(FlagContext? context) => Invert(condition.Test(context))!.Value;

    public override string Explain(FlagContext? context) => $"not: ({Words.Of(condition.Test(context))}) {condition.Explain(context)}";

    private static FlagVerdict? Invert(FlagVerdict? verdict) => verdict switch
    {
        FlagVerdict.Yes => FlagVerdict.No,
        FlagVerdict.No => FlagVerdict.Yes,
        _ => verdict,
    };
}
