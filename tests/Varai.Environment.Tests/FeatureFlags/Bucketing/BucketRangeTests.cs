using CsCheck;
using Varai.FeatureFlags.Bucketing;

namespace Varai.Tests.FeatureFlags.Bucketing;

public sealed class BucketRangeTests
{
    private static readonly double[] Edges =
    [
        0, -0.0, double.Epsilon, double.MinValue, 1e-300, 1e-12, 100 / 4294967295.0, Math.BitDecrement(100 / 4294967295.0), 1e-5, 0.1, 1, 20, 100 / 3.0,
        50, Math.BitDecrement(50.0), Math.BitIncrement(50.0), 99.99999, 99.9999999767, Math.BitDecrement(100.0), 100, Math.BitIncrement(100.0),
    ];

    [Fact]
    public void Contains_AnyRange_SaysWhatComparingDoublesSays()
    {
        // Percentages on a bucket's own, and one step of a double beside it: where a wrong threshold would show.
        Gen<double> near = Gen.Select(Gen.UInt, Gen.Int[-2, 2], (bucket, step) => Step(Percentage(bucket), step));
        Gen<double> percentage = Gen.Frequency((1, Gen.OneOf(Edges)), (1, Gen.Double[0, 100]), (4, near));
        Gen.Select(percentage, percentage, Gen.UInt).Sample(
            (from, to, bucket) =>
            {
                var range = new BucketRange(from, to);
                foreach (uint candidate in (ReadOnlySpan<uint>)[0, 1, uint.MaxValue - 1, uint.MaxValue, bucket, .. Around(from), .. Around(to)])
                {
                    if (range.Contains(candidate) != IsInAsDouble(candidate, from, to))
                        return false;
                }

                return true;
            },
            iter: 50_000);
    }

    [Theory]
    [InlineData(0, 0, true, false)]
    [InlineData(0, 100, false, true)]
    [InlineData(0, 50, false, false)]
    [InlineData(60, 40, true, false)]
    [InlineData(0, double.Epsilon, false, false)]
    public void IsEmptyAndIsFull_Range_TellWhetherHashingIsNeeded(double from, double to, bool empty, bool full)
    {
        var range = new BucketRange(from, to);
        Assert.Equal((empty, full), (range.IsEmpty, range.IsFull));
    }

    private static double Percentage(uint bucket) => (bucket / (double)uint.MaxValue) * 100;

    private static bool IsInAsDouble(uint bucket, double from, double to) =>
        to == 100 ? Percentage(bucket) >= from : Percentage(bucket) >= from && Percentage(bucket) < to;

    private static double Step(double value, int steps)
    {
        for (; steps > 0; steps--)
            value = Math.BitIncrement(value);
        for (; steps < 0; steps++)
            value = Math.BitDecrement(value);
        return value;
    }

    private static IEnumerable<uint> Around(double percentage)
    {
        double bucket = Math.Clamp(percentage / 100 * uint.MaxValue, 0, uint.MaxValue);
        for (int i = -2; i <= 2; i++)
            yield return (uint)Math.Clamp(bucket + i, 0, uint.MaxValue);
    }
}
