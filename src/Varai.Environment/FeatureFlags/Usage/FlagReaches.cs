using Varai.FeatureFlags.Evaluation;

namespace Varai.FeatureFlags.Usage;

/// <summary>Tells for whom the flags of one snapshot are on, from what they were compiled to. Where it takes more than that to
/// know, it says <see cref="FlagReach.Some"/>.</summary>
internal sealed class FlagReaches
{
    private readonly Dictionary<CompiledFlag, FlagReach> _known = [];

    public FlagReach Of(CompiledFlag flag)
    {
        if (!_known.TryGetValue(flag, out FlagReach reach))
            _known[flag] = reach = Find(flag);
        return reach;
    }

    private FlagReach Find(CompiledFlag flag)
    {
        if (!flag.Enabled)
            return FlagReach.Nobody;
        bool isCertain = true;
        foreach (CompiledPrerequisite prerequisite in flag.Prerequisites)
        {
            FlagReach met = Of(prerequisite);
            if (met == FlagReach.Nobody)
                return FlagReach.Nobody;
            isCertain &= met == FlagReach.Everybody;
        }

        // An experiment is not over while people are given different variants.
        if (flag.Allocation is { } allocation && (allocation.HasRules || flag.Variants.Any(v => v.Override != StatusOverride.None)))
            return FlagReach.Some;
        FlagReach conditions = flag.HasNoUsableFilter ? FlagReach.Nobody : flag.Conditions?.Reach ?? FlagReach.Everybody;
        return isCertain || conditions == FlagReach.Nobody ? conditions : FlagReach.Some;
    }

    private FlagReach Of(CompiledPrerequisite prerequisite)
    {
        FlagReach reach = Of(prerequisite.Flag);
        if (reach == FlagReach.Some || prerequisite.AsksForVariant)
            return FlagReach.Some;
        return prerequisite.AsksForOn == (reach == FlagReach.Everybody) ? FlagReach.Everybody : FlagReach.Nobody;
    }
}
