using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring.Resources;

namespace Varai.Tests.Monitoring.Resources;

[CollectionDefinition(nameof(ResourceAllocationTests), DisableParallelization = true)]
[Collection(nameof(ResourceAllocationTests))]
public sealed class ResourceAllocationTests : IDisposable
{
    private readonly MachineTree _machine = new();
    private readonly FakeTimeProvider _time = new();

    public ResourceAllocationTests() => _machine.WriteGroupV2("sys/fs/cgroup", cpuMax: "50000 100000", memoryMax: "1000");

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Read_AMachineWithEverything_AllocatesAtMostTwoKilobytes() =>
        Assert.InRange(AllocatedBy(() => _machine.Reader.Read(_machine.Now)), 1, 2048);

    [Fact]
    public async Task Observe_AllInstruments_AllocatesAFewKilobytes()
    {
        using var monitor = new ResourceMonitor(_machine.Reader, _time, NullLogger<ResourceMonitor>.Instance);
        await using ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        Meter meter = meters.Create("Varai");
        using var instruments = new ResourceInstruments(monitor, meters);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
                l.EnableMeasurementEvents(instrument);
        };
        await instruments.StartAsync(TestContext.Current.CancellationToken);
        listener.Start();

        long allocated = AllocatedBy(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            listener.RecordObservableInstruments();
        });
        TestContext.Current.TestOutputHelper!.WriteLine($"reading {AllocatedBy(() => _machine.Reader.Read(_machine.Now))} B, with all instruments {allocated} B");
        Assert.InRange(allocated, 1, 12_288);
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
