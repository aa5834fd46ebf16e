using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Varai.Benchmarks.Ratios;
using Varai.Monitoring;

namespace Varai.Benchmarks.Monitoring;

/// <summary>Recording of metrics against OpenTelemetry and the bare instrument, and what the windows keep.</summary>
internal static class MonitoringRatios
{
    private const string Name = "order_processing_time";

    private static readonly KeyValuePair<string, object?>[] Labels = [new("region", "eu-central-1"), new("plan", "professional"), new("outcome", "accepted")];

    public static async Task RunAsync(RatioRunner runner)
    {
        await RunRecordAsync(runner);
        await RunIdleAsync(runner);
        await SeriesMemory.RunAsync(runner);
        await AlertEvaluation.RunAsync(runner);
        SketchErrors.Run(runner);
    }

    private static async Task RunRecordAsync(RatioRunner runner)
    {
        using OurMonitoring ours = await OurMonitoring.StartAsync();
        MetricHandle handle = HandleOf(ours.Metrics);
        using var meter = new Meter("Varai.Benchmarks.OpenTelemetry");
        using MeterProvider provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddReader(new BaseExportingMetricReader(new Nowhere())).Build();
        Histogram<double> histogram = meter.CreateHistogram<double>(Name);
        await runner.CompareAsync(Claim("metrics.record-3", 1.2), n => Record(handle, n), n => Record(histogram, n));
        await runner.CompareAsync(
            Claim("metrics.record-by-name", 2),
            n =>
            {
                for (int i = 0; i < n; i++)
                    ours.Metrics.Record(Name, Value(i), ("region", "eu-central-1"), ("plan", "professional"), ("outcome", "accepted"));
            },
            n => Record(handle, n));
        if (ours.Windows.GetValue(MetricQuery.Of(Name).Count()) is not > 0)
            throw new InvalidOperationException("Nothing was kept.");
    }

    private static async Task RunIdleAsync(RatioRunner runner)
    {
        using OurMonitoring ours = OurMonitoring.Idle();
        MetricHandle handle = HandleOf(ours.Metrics);
        using var meter = new Meter("Varai.Benchmarks.Bare");
        Histogram<double> histogram = meter.CreateHistogram<double>(Name);
        await runner.CompareAsync(Claim("metrics.record-idle", 5), n => Record(handle, n), n => Record(histogram, n));
    }

    private static MetricHandle HandleOf(IMetrics metrics) =>
        metrics.Handle(Name, ("region", "eu-central-1"), ("plan", "professional"), ("outcome", "accepted"));

    private static RatioClaim Claim(string name, double atMost) => new(name, atMost, TimeUnit.Nanoseconds) { AtMostBytes = 0 };

    // A hundred bins and more, as latencies have.
    private static double Value(int i) => 0.5 + ((i & 0xFF) * 0.37);

    private static void Record(MetricHandle handle, int n)
    {
        for (int i = 0; i < n; i++)
            handle.Record(Value(i));
    }

    private static void Record(Histogram<double> histogram, int n)
    {
        for (int i = 0; i < n; i++)
            histogram.Record(Value(i), Labels[0], Labels[1], Labels[2]);
    }

    private sealed class Nowhere : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
