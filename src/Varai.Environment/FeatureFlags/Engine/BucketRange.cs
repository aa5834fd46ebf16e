using System.Runtime.InteropServices;

namespace Varai.FeatureFlags.Engine;

/// <summary>A range of percentages as the range of 32-bit buckets that is in it, so that an evaluation compares whole numbers.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct BucketRange
{
    private const ulong All = 1UL << 32;

    private readonly ulong _from;
    private readonly ulong _to;

    public BucketRange(double from, double to, FeatureBucketing bucketing)
    {
        _from = Threshold(from, bucketing);
        _to = to >= 100 ? All : Threshold(to, bucketing);
    }

    public bool Contains(uint bucket) => bucket >= _from && bucket < _to;

    private static ulong Threshold(double percentage, FeatureBucketing bucketing)
    {
        if (bucketing != FeatureBucketing.Sha256)
            return (ulong)Math.Round(percentage / 100 * All);

        // The first bucket whose percentage, computed with the same rounding as Microsoft's, is not below the bound.
        ulong bucket = (ulong)Math.Clamp(percentage / 100 * uint.MaxValue, 0, All);
        while (bucket > 0 && PercentageOf(bucket - 1) >= percentage)
            bucket--;
        while (bucket < All && PercentageOf(bucket) < percentage)
            bucket++;
        return bucket;
    }

    private static double PercentageOf(ulong bucket) => bucket / (double)uint.MaxValue * 100;
}
