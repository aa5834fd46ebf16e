using OpenTelemetry;
using OpenTelemetry.Metrics;
using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Recording;

/// <summary>OpenTelemetry's own SDK sees what is recorded, with monitoring and without.</summary>
public sealed class OpenTelemetryTests
{
    [Fact]
    public void AddMeter_OfTheService_ExportsItsMetrics()
    {
        using var monitoring = new MonitoringHarness();
        var exported = new Exported();
        using MeterProvider provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(IMetrics.MeterName).AddReader(new BaseExportingMetricReader(exported)).Build();
        string prefix = $"t{Guid.NewGuid():N}."; // the meters of other tests have the same name
        monitoring.Metrics.Counter($"{prefix}orders", "{order}", "Orders").Add(2, new KeyValuePair<string, object?>("region", "eu"));
        monitoring.Metrics.Gauge($"{prefix}queue").Record(7);
        monitoring.Metrics.Record($"{prefix}time", 30, ("region", "eu"), ("plan", "pro"));
        monitoring.Metrics.Handle($"{prefix}time", ("region", "eu"), ("plan", "pro")).Record(12);

        Assert.True(provider.ForceFlush());

        Assert.Equal(
            ["orders DoubleSum 2 region=eu", "queue DoubleGauge 7 ", "time Histogram 42 plan=pro,region=eu"],
            exported.Lines.Where(l => l.StartsWith(prefix, StringComparison.Ordinal)).Select(l => l[prefix.Length..]).Order(StringComparer.Ordinal));
        Assert.Equal(42, monitoring.Value(MetricQuery.Of($"{prefix}time").Sum()));
    }

    private sealed class Exported : BaseExporter<Metric>
    {
        public List<string> Lines { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (Metric metric in batch)
            {
                foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
                    Lines.Add($"{metric.Name} {metric.MetricType} {ValueOf(metric, point)} {LabelsOf(point)}");
            }

            return ExportResult.Success;
        }

        private static double ValueOf(Metric metric, MetricPoint point) => metric.MetricType switch
        {
            MetricType.Histogram => point.GetHistogramSum(),
            MetricType.DoubleGauge => point.GetGaugeLastValueDouble(),
            _ => point.GetSumDouble(),
        };

        private static string LabelsOf(MetricPoint point)
        {
            var labels = new List<string>();
            foreach (KeyValuePair<string, object?> label in point.Tags)
                labels.Add($"{label.Key}={label.Value}");
            return string.Join(',', labels);
        }
    }
}
