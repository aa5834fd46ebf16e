using System.Globalization;

namespace Varai.FeatureFlags.Engine;

/// <summary>Holds for a share of the callers, told apart by an attribute.</summary>
internal sealed class PercentageTest(PercentageCondition condition, Bucketer bucketer, FeatureBucketing bucketing) : CompiledCondition
{
    private readonly BucketRange _range = new(0, condition.Percentage, bucketing);
    private readonly BucketKey _key = new(condition.By, bucketing);

    // All and nothing need nobody to be told apart.
    public override FlagVerdict? Constant { get; } = condition.Percentage switch
    {
        <= 0 => FlagVerdict.No,
        >= 100 => FlagVerdict.Yes,
        _ => null,
    };

    public override FlagReason Reason => FlagReason.Split;

    public override FlagVerdict Test(FlagContext? context) =>
        Constant ?? (_key.TryGetBucket(context, bucketer, out uint bucket) ? Of(_range.Contains(bucket)) : FlagVerdict.Undecided);

    public override string Explain(FlagContext? context)
    {
        string asked = string.Create(CultureInfo.InvariantCulture, $"{condition.Percentage} % by '{condition.By}'");
        return _key.TryGetBucket(context, bucketer, out uint bucket)
            ? string.Create(CultureInfo.InvariantCulture, $"{asked}; the bucket is {bucket / (double)uint.MaxValue * 100:0.######}")
            : $"{asked}; {(context is null ? Words.NoContext : $"the attribute '{condition.By}' is absent")}";
    }
}
