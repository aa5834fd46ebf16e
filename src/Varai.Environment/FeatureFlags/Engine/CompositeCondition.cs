namespace Varai.FeatureFlags.Engine;

/// <summary>Holds when all, or any, of its conditions hold.</summary>
internal sealed class CompositeCondition(CompiledCondition[] conditions, bool all) : CompiledCondition
{
    private readonly FlagVerdict _decisive = all ? FlagVerdict.No : FlagVerdict.Yes;

    public override FlagVerdict? Constant { get; } = Array.TrueForAll(conditions, c => c.Constant is not null)
        ? Combine(conditions, all ? FlagVerdict.No : FlagVerdict.Yes, context: null)
        : null;

    public override FlagReason Reason { get; } =
        Array.Exists(conditions, c => c.Reason == FlagReason.Split) ? FlagReason.Split : FlagReason.TargetingMatch;

    public override int Cost { get; } = (int)Math.Min(int.MaxValue, 1 + conditions.Sum(c => (long)c.Cost));

    public override FlagVerdict Test(FlagContext? context) => Combine(conditions, _decisive, context);

    public override string Explain(FlagContext? context) => conditions.Length == 0
        ? (all ? "all of nothing" : "any of nothing")
        : (all ? "all of: " : "any of: ") + string.Join("; ", conditions.Select(c => $"({Words.Of(c.Test(context))}) {c.Explain(context)}"));

    private static FlagVerdict Combine(CompiledCondition[] conditions, FlagVerdict decisive, FlagContext? context)
    {
        FlagVerdict verdict = decisive == FlagVerdict.Yes ? FlagVerdict.No : FlagVerdict.Yes;
        foreach (CompiledCondition condition in conditions)
        {
            FlagVerdict one = condition.Test(context);
            if (one == decisive)
                return one;
            if (one == FlagVerdict.Undecided)
                verdict = one;
        }

        return verdict;
    }
}
