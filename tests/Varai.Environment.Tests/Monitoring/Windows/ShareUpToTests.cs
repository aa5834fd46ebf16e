using CsCheck;
using Varai.Monitoring;
using Varai.Monitoring.Sketches;

namespace Varai.Tests.Monitoring.Windows;

public sealed class ShareUpToTests
{
    [Fact]
    public void CountUpTo_AnyValuesAndThreshold_IsRightButForValuesWithinOnePercentOfIt() =>
        Gen.Select(Gen.Double[-1e6, 1e6].Array[1, 50], Gen.Double[-1e6, 1e6], Gen.Int[0, 50]).Sample(
            (values, other, index) =>
            {
                // Mostly one of the values, which is where it is decided.
                double threshold = index < values.Length ? values[index] : other;
                var sketch = new SketchCounts();
                foreach (double value in values)
                    Add(sketch, value);
                long count = sketch.CountUpTo(threshold);
                double margin = (2 * SketchMapping.RelativeError * Math.Abs(threshold)) + (2 * SketchMapping.LeastMagnitude);
                return count >= values.Count(v => v <= threshold - margin) && count <= values.Count(v => v <= threshold + margin);
            },
            iter: 5000);

    [Fact]
    public void GetValue_OfAShare_IsExactAtTheExtremes()
    {
        using var monitoring = new MonitoringHarness();
        foreach (double value in (double[])[100, 200, 300, 400])
            monitoring.Metrics.Record("time", value);

        Assert.Equal(0, monitoring.Value(MetricQuery.Of("time").ShareUpTo(99.9)));
        Assert.Equal(0.5, monitoring.Value(MetricQuery.Of("time").ShareUpTo(250)));
        Assert.Equal(1, monitoring.Value(MetricQuery.Of("time").ShareUpTo(400)));
        Assert.Null(monitoring.Value(MetricQuery.Of("other").ShareUpTo(1)));
        Assert.Equal("share_up_to(0.25, time[300s])", MetricQuery.Of("time").ShareUpTo(0.25).ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => MetricQuery.Of("time").ShareUpTo(double.NaN));
        monitoring.Metrics.Gauge("queue").Record(1);
        Assert.Throws<InvalidOperationException>(() => monitoring.Value(MetricQuery.Of("queue").ShareUpTo(1)));
    }

    private static void Add(SketchCounts sketch, double value)
    {
        if (Math.Abs(value) < SketchMapping.LeastMagnitude)
            sketch.AddZeros(1);
        else
            sketch.Add(SketchMapping.BinOf(Math.Abs(value)), value < 0, 1);
    }
}
