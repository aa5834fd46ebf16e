using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Varai.Benchmarks.Ratios;
using Varai.Monitoring;
using Varai.Monitoring.Windows;

namespace Varai.Benchmarks.Monitoring;

/// <summary>What a series costs that has been recorded once, as the heap has it.</summary>
internal static class SeriesMemory
{
    private const int Series = 10_000;
    private const int AllSlots = 27 * 360;
    private const int BusySeries = 20;

    public static Task RunAsync(RatioRunner runner)
    {
        runner.Fact("metrics.counter-series", BytesOf(MetricKind.Counter), "B", 400);
        runner.Fact("metrics.gauge-series", BytesOf(MetricKind.Gauge), "B");
        runner.Fact("metrics.histogram-series", BytesOf(MetricKind.Histogram), "B");
        int slots = runner.IsSmoke ? 10 : AllSlots;
        runner.Fact("metrics.counter-series.full", BytesOfFull(MetricKind.Counter, slots), "B");
        runner.Fact("metrics.gauge-series.full", BytesOfFull(MetricKind.Gauge, slots), "B");
        runner.Fact("metrics.histogram-series.full", BytesOfFull(MetricKind.Histogram, slots), "B");
        return Task.CompletedTask;
    }

    private static double BytesOf(MetricKind kind)
    {
        using var windows = new MetricWindows(
            Options.Create(new MonitoringOptions { MaxSeriesPerMetric = Series }), TimeProvider.System, NullLogger<MetricWindows>.Instance);
        var instrument = new MetricInstrument(0, "metric", kind);
        string[] customers = [.. Enumerable.Range(0, Series).Select(i => $"customer-{i}")];
        MetricQuery query = MetricQuery.Of("metric").Sum();
        windows.Record(instrument, 1, [new("region", "eu"), new("customer", customers[0])]);
        windows.GetValue(query);

        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (string customer in customers)
            windows.Record(instrument, 1, [new("region", "eu"), new("customer", customer)]);
        windows.GetValue(query);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(customers);
        GC.KeepAlive(windows);
        return (double)(after - before) / Series;
    }

    /// <summary>The same after a day in which each slot had a hundred latencies.</summary>
    private static double BytesOfFull(MetricKind kind, int slots)
    {
        var clock = new ManualClock();
        using var windows = new MetricWindows(Options.Create(new MonitoringOptions()), clock, NullLogger<MetricWindows>.Instance);
        var instrument = new MetricInstrument(0, "metric", kind);
        string[] customers = [.. Enumerable.Range(0, BusySeries).Select(i => $"customer-{i}")];
        var random = new Random(4711);
        MetricQuery query = MetricQuery.Of("metric").Sum();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int slot = 0; slot < slots; slot++)
        {
            foreach (string customer in customers)
            {
                for (int i = 0; i < 100; i++)
                    windows.Record(instrument, 20 * Math.Exp(0.6 * ((random.NextDouble() * 4) - 2)), [new("region", "eu"), new("customer", customer)]);
            }

            windows.GetValue(query);
            clock.Now += TimeSpan.FromSeconds(10);
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(windows);
        return (double)(after - before) / BusySeries;
    }
}
