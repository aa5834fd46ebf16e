using System.Globalization;
using Varai.Benchmarks.Ratios;
using Varai.Monitoring.Sketches;

namespace Varai.Benchmarks.Monitoring;

/// <summary>How far off the quantiles are, and how large a slot is, with a million values of three distributions.</summary>
internal static class SketchErrors
{
    private static readonly double[] Ranks = [0.5, 0.9, 0.95, 0.99, 0.999];

    public static void Run(RatioRunner runner)
    {
        int count = runner.IsSmoke ? 10_000 : 1_000_000;
        double worst = 0;
        foreach ((string name, Func<Random, double> draw) in Distributions())
        {
            var random = new Random(4711);
            double[] values = new double[count];
            var bins = new SketchBins();
            for (int i = 0; i < count; i++)
            {
                values[i] = draw(random);
                bins.Add(values[i]);
            }

            var counts = new SketchCounts();
            bins.Drain(counts, negative: false);
            Array.Sort(values);
            worst = Math.Max(worst, Ranks.Max(rank => ErrorOf(counts, values, rank)));
            runner.Fact(string.Create(CultureInfo.InvariantCulture, $"metrics.histogram-slot.{name}"), counts.Encode().Length, "B", 2560);
        }

        runner.Fact("metrics.sketch-error", worst, "of the value", SketchMapping.RelativeError);
    }

    private static double ErrorOf(SketchCounts counts, double[] sorted, double rank)
    {
        double exact = sorted[(int)(rank * (sorted.Length - 1))];
        return Math.Abs(counts.Quantile(rank) - exact) / exact;
    }

    private static IEnumerable<(string Name, Func<Random, double> Draw)> Distributions() =>
    [
        ("lognormal", random => 40 * Math.Exp(0.8 * Normal(random))),
        ("pareto", random => 2 / Math.Pow(1 - random.NextDouble(), 1 / 1.2)),
        ("bimodal", random => random.NextDouble() < 0.8 ? 5 + Math.Abs(Normal(random)) : 300 + (40 * Math.Abs(Normal(random)))),
    ];

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
