using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Recording;

[CollectionDefinition(nameof(RecordingAllocationTests), DisableParallelization = true)]
[Collection(nameof(RecordingAllocationTests))]
public sealed class RecordingAllocationTests : IDisposable
{
    private readonly MonitoringHarness _monitoring = new(o => o.MaxSeriesPerMetric = 2);

    public void Dispose() => _monitoring.Dispose();

    [Fact]
    public void Record_StoredInWindows_AllocatesNothing()
    {
        IMetrics metrics = _monitoring.Metrics;
        metrics.Counter("orders");
        metrics.Gauge("queue");
        MetricHandle[] handles = [.. ((string[])["time", "orders", "queue"]).Select(name => metrics.Handle(name, ("region", "eu"), ("plan", "pro"), ("code", 500)))];
        object code = 500;
        string[] customers = [.. Enumerable.Range(0, 50).Select(i => $"customer-{i}")];
        Assert.Equal(0, AllocatedBy(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                foreach (MetricHandle handle in handles)
                    handle.Record(i);
                metrics.Record("time", i, ("region", "eu"), ("plan", "pro"), ("code", code));
                metrics.Record("time", i, ("plan", "pro"), ("code", code), ("region", "eu"));
                metrics.Record("orders", i);

                // Past the limit, which is what hurts.
                metrics.Record("overflowing", i, ("customer", customers[i % customers.Length]));
            }
        }));
    }

    [Fact]
    public void Record_LabelsFromADictionary_AllocatesLittle()
    {
        var labels = new Dictionary<string, string> { ["region"] = "eu", ["plan"] = "pro", ["outcome"] = "accepted" };
        Assert.InRange(AllocatedBy(() => _monitoring.Metrics.Record("time", 1, labels)), 0, 250);
    }

    private static long AllocatedBy(Action act)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            act();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
