using CsCheck;
using Varai.Monitoring.Sketches;

namespace Varai.Tests.Monitoring.Sketches;

public sealed class SketchTests
{
    private static readonly double[] Ranks = [0, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1];

    [Fact]
    public void BinOf_AnyMagnitude_HasAValueWithinOnePercent() =>
        Gen.Select(Gen.Int[-30, 49], Gen.Double[1, 2]).Sample(
            (exponent, mantissa) =>
            {
                double magnitude = Math.ScaleB(Math.Min(mantissa, Math.BitDecrement(2.0)), exponent);
                double value = SketchMapping.ValueOf(SketchMapping.BinOf(magnitude));
                Assert.InRange(Math.Abs(value - magnitude) / magnitude, 0, SketchMapping.RelativeError);
            },
            iter: 50_000);

    [Fact]
    public void BinOf_GrowingMagnitudes_NeverFallsAndUsesEveryBin()
    {
        int last = 0;
        for (double magnitude = SketchMapping.LeastMagnitude; magnitude < SketchMapping.GreatestMagnitude; magnitude *= 1.01)
        {
            int bin = SketchMapping.BinOf(magnitude);
            Assert.InRange(bin, last, last + 1);
            last = bin;
        }

        Assert.Equal(SketchMapping.Bins - 1, last);
    }

    // What a writer has taken down of its extremes, when its value is counted in the next slot.
    [Theory]
    [InlineData(double.PositiveInfinity, 5.0)]
    [InlineData(5.0, double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity)]
    [InlineData(9.0, 9.0)]
    [InlineData(1.0, 2.0)]
    public void Include_ExtremesOfAnotherMoment_AreAroundWhatIsCounted(double min, double max)
    {
        var counts = new SketchCounts();
        counts.Add(SketchMapping.BinOf(5), negative: false, 1);

        (double least, double greatest) = counts.Include(min, max);

        Assert.InRange(least, Math.Min(min, 4.95), 5.05);
        Assert.InRange(greatest, Math.Max(least, 4.95), Math.Max(max, 5.05));
    }

    [Fact]
    public void Include_NegativeValuesAndZero_AreInside()
    {
        var counts = new SketchCounts();
        counts.Add(SketchMapping.BinOf(3), negative: true, 1);
        counts.AddZeros(1);

        (double least, double greatest) = counts.Include(double.PositiveInfinity, -1);

        Assert.InRange(least, -3.03, -2.97);
        Assert.Equal(0, greatest);
        Assert.Equal((-3, 7), counts.Include(-3, 7));
    }

    [Fact]
    public void BinOf_BeyondTheLastBin_IsTheLastBin() => Assert.Equal(SketchMapping.Bins - 1, SketchMapping.BinOf(double.MaxValue));

    [Theory]
    [InlineData("lognormal")]
    [InlineData("pareto")]
    [InlineData("bimodal")]
    public void Quantile_OfADistribution_IsWithinOnePercentAndASlotIsSmall(string distribution)
    {
        var random = new Random(4711);
        double[] values = [.. Enumerable.Range(0, 100_000).Select(_ => Draw(distribution, random))];
        SketchCounts counts = Drain(values);

        AssertQuantiles(values, counts);
        Assert.InRange(counts.Encode().Length, 1, 2560);
    }

    [Fact]
    public void Quantile_OfAnyValues_IsWithinOnePercent() =>
        Values.Sample(values => AssertQuantiles(values, Drain(values)), iter: 300);

    [Fact]
    public void Add_PartsOfAWhole_IsTheWhole() =>
        Gen.Select(Values, Values).Sample(
            (first, second) =>
            {
                byte[] whole = Drain([.. first, .. second]).Encode();
                var merged = new SketchCounts();
                merged.Add(Drain(first).Encode());
                merged.Add(Drain(second).Encode());
                Assert.Equal(whole, merged.Encode());
                Assert.Equal(first.Length + second.Length, merged.Total);
            },
            iter: 300);

    [Fact]
    public void Encode_GreatCountsFarApart_ComesBackWhole()
    {
        var counts = new SketchCounts();
        counts.Add(0, negative: true, 1);
        counts.AddZeros(long.MaxValue / 4);
        counts.Add(SketchMapping.Bins - 1, negative: false, 127);
        counts.Add(SketchMapping.Bins - 1, negative: true, 128);
        var copy = new SketchCounts();

        copy.Add(counts.Encode());

        Assert.Equal(counts.Encode(), copy.Encode());
        Assert.Equal(counts.Total, copy.Total);
        Assert.InRange(copy.Encode().Length, 1, 25);
    }

    [Fact]
    public void Clear_AUsedOne_LeavesNothing()
    {
        SketchCounts counts = Drain([1, -1, 0]);
        counts.Clear();
        Assert.Equal(0, counts.Total);
        Assert.Empty(counts.Encode());
        counts.Add(3, negative: false, 1);
        Assert.Equal(SketchMapping.ValueOf(3), counts.Quantile(0));
    }

    [Fact]
    public async Task Add_WhileDrained_LosesNothing()
    {
        const int Each = 100_000;
        var bins = new SketchBins();
        var counts = new SketchCounts();
        Task[] writers = [.. Enumerable.Range(0, 3).Select(writer => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
                bins.Add(1 + (i % 1000) + writer);
        }))];
        Task all = Task.WhenAll(writers);
        while (!all.IsCompleted)
            bins.Drain(counts, negative: false);
        await all;
        bins.Drain(counts, negative: false);

        Assert.Equal(3 * Each, counts.Total);
    }

    private static Gen<double[]> Values => Gen.Frequency(
        (6, Gen.Double[0.001, 100_000]), (2, Gen.Double[-1000, -0.01]), (1, Gen.Const(0.0)), (1, Gen.Double[1e-8, 1e14])).Array[1, 200];

    private static SketchCounts Drain(double[] values)
    {
        var positive = new SketchBins();
        var negative = new SketchBins();
        var counts = new SketchCounts();
        foreach (double value in values)
        {
            if (value >= SketchMapping.LeastMagnitude)
                positive.Add(value);
            else if (value <= -SketchMapping.LeastMagnitude)
                negative.Add(-value);
            else
                counts.AddZeros(1);
        }

        positive.Drain(counts, negative: false);
        negative.Drain(counts, negative: true);
        return counts;
    }

    private static void AssertQuantiles(double[] values, SketchCounts counts)
    {
        double[] sorted = [.. values.Order()];
        foreach (double rank in Ranks)
        {
            double exact = sorted[(int)(rank * (sorted.Length - 1))];
            Assert.InRange(Math.Abs(counts.Quantile(rank) - exact), 0, Math.Abs(exact) * SketchMapping.RelativeError);
        }
    }

    private static double Draw(string distribution, Random random) => distribution switch
    {
        "lognormal" => 40 * Math.Exp(0.8 * Normal(random)),
        "pareto" => 2 / Math.Pow(1 - random.NextDouble(), 1 / 1.2),
        _ => random.NextDouble() < 0.8 ? 5 + Math.Abs(Normal(random)) : 300 + (40 * Math.Abs(Normal(random))),
    };

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
