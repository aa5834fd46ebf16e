using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Varai.Monitoring.Resources;

namespace Varai.Tests.Monitoring.Resources;

public sealed class ResourceInstrumentsTests : IAsyncLifetime
{
    private readonly MachineTree _machine = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ResourceMonitor _monitor;
    private readonly ResourceInstruments _instruments;
    private readonly ServiceProvider _meters;
    private readonly MeterListener _listener = new();
    private readonly SortedDictionary<string, double> _seen = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _units = new(StringComparer.Ordinal);

    public ResourceInstrumentsTests()
    {
        _machine.WriteGroupV2("sys/fs/cgroup", cpuMax: "50000 100000", memoryMax: "1000", throttled: 9);
        _monitor = new ResourceMonitor(_machine.Reader, _time, NullLogger<ResourceMonitor>.Instance);
        _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        _instruments = new ResourceInstruments(_monitor, _meters.GetRequiredService<IMeterFactory>());
    }

    public async ValueTask InitializeAsync()
    {
        Meter meter = _meters.GetRequiredService<IMeterFactory>().Create("Varai");
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Of this test's meter, not of others' that run beside it.
            if (!ReferenceEquals(instrument.Meter, meter))
                return;
            _units[instrument.Name] = instrument.Unit!;
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        await _instruments.StartAsync(TestContext.Current.CancellationToken);
        _listener.Start();
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _instruments.Dispose();
        _monitor.Dispose();
        _machine.Dispose();
        _meters.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Observe_EverythingKnown_IsUnderTheNamesOfTheConventions()
    {
        Observe();
        _time.Advance(TimeSpan.FromSeconds(10));
        _machine.CpuTime = new ProcessCpuTime(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(2));
        _machine.Write("proc/stat", "cpu  300 10 100 1500 20 3 7 60 5 0\ncpu0 1 0 0 0 0 0 0 0\ncpu1 1 0 0 0 0 0 0 0\n");
        Observe();

        Assert.Equal(
            [
                "container.cpu.limit = 0.5",
                "container.cpu.limit.utilization = 0",
                "container.cpu.periods = 200",
                "container.cpu.throttled.periods = 9",
                "container.cpu.throttled.time = 2.5",
                "container.cpu.time = 5",
                "container.cpu.usage = 0",
                "container.disk.io{disk.io.direction=read} = 1500",
                "container.disk.io{disk.io.direction=write} = 57",
                "container.memory.limit = 1000",
                "container.memory.limit.utilization = 0.5",
                "container.memory.usage = 700",
                "container.memory.working_set = 500",
                "process.cpu.time{cpu.mode=system} = 2",
                "process.cpu.time{cpu.mode=user} = 6",
                "process.cpu.utilization{cpu.mode=system} = 0.2",
                "process.cpu.utilization{cpu.mode=user} = 0.6",
                "process.disk.io{disk.io.direction=read} = 4096",
                "process.disk.io{disk.io.direction=write} = 8192",
                $"process.memory.usage = {250 * Environment.SystemPageSize}",
                "process.memory.virtual = 1000000",
                "process.thread.count = 17",
                "system.cpu.logical.count = 2",
                "system.cpu.time{cpu.mode=idle} = 15",
                "system.cpu.time{cpu.mode=interrupt} = 0.1",
                "system.cpu.time{cpu.mode=iowait} = 0.2",
                "system.cpu.time{cpu.mode=nice} = 0.1",
                "system.cpu.time{cpu.mode=steal} = 0.6",
                "system.cpu.time{cpu.mode=system} = 1",
                "system.cpu.time{cpu.mode=user} = 3",
                "system.cpu.utilization{cpu.mode=idle} = 0.7",
                "system.cpu.utilization{cpu.mode=interrupt} = 0",
                "system.cpu.utilization{cpu.mode=iowait} = 0",
                "system.cpu.utilization{cpu.mode=nice} = 0",
                "system.cpu.utilization{cpu.mode=steal} = 0.05",
                "system.cpu.utilization{cpu.mode=system} = 0.05",
                "system.cpu.utilization{cpu.mode=user} = 0.2",
                "system.disk.io_time{system.device=sda} = 0.07",
                "system.disk.io{disk.io.direction=read,system.device=sda} = 10240",
                "system.disk.io{disk.io.direction=write,system.device=sda} = 25600",
                "system.disk.operations{disk.io.direction=read,system.device=sda} = 10",
                "system.disk.operations{disk.io.direction=write,system.device=sda} = 40",
                "system.filesystem.usage{system.device=/dev/sda1,system.filesystem.mountpoint=/,system.filesystem.state=free,system.filesystem.type=ext4} = 300",
                "system.filesystem.usage{system.device=/dev/sda1,system.filesystem.mountpoint=/,system.filesystem.state=reserved,system.filesystem.type=ext4} = 100",
                "system.filesystem.usage{system.device=/dev/sda1,system.filesystem.mountpoint=/,system.filesystem.state=used,system.filesystem.type=ext4} = 600",
                "system.filesystem.utilization{system.device=/dev/sda1,system.filesystem.mountpoint=/,system.filesystem.state=used,system.filesystem.type=ext4} = 0.7",
                "system.linux.memory.available = 614400",
                "system.memory.limit = 1024000",
                "system.memory.usage{system.memory.state=buffers} = 51200",
                "system.memory.usage{system.memory.state=cached} = 245760",
                "system.memory.usage{system.memory.state=free} = 307200",
                "system.memory.usage{system.memory.state=used} = 419840",
                "system.memory.utilization{system.memory.state=used} = 0.41",
                "system.network.errors{network.interface.name=eth0,network.io.direction=receive} = 1",
                "system.network.errors{network.interface.name=eth0,network.io.direction=transmit} = 3",
                "system.network.io{network.interface.name=eth0,network.io.direction=receive} = 1000",
                "system.network.io{network.interface.name=eth0,network.io.direction=transmit} = 500",
                "system.network.packet.dropped{network.interface.name=eth0,network.io.direction=receive} = 2",
                "system.network.packet.dropped{network.interface.name=eth0,network.io.direction=transmit} = 4",
            ],
            _seen.Select(s => FormattableString.Invariant($"{s.Key} = {Math.Round(s.Value, 6)}")));
    }

    [Fact]
    public void Observe_Units_AreThoseOfTheConventions() => Assert.Equal(
        [
            "{cpu}: container.cpu.limit container.cpu.usage system.cpu.logical.count",
            "{error}: system.network.errors",
            "{operation}: system.disk.operations",
            "{packet}: system.network.packet.dropped",
            "{period}: container.cpu.periods container.cpu.throttled.periods",
            "{thread}: process.thread.count",
            "1: container.cpu.limit.utilization container.memory.limit.utilization process.cpu.utilization system.cpu.utilization system.filesystem.utilization system.memory.utilization",
            "By: container.disk.io container.memory.limit container.memory.usage container.memory.working_set process.disk.io process.memory.usage process.memory.virtual system.disk.io system.filesystem.usage system.linux.memory.available system.memory.limit system.memory.usage system.network.io",
            "s: container.cpu.throttled.time container.cpu.time process.cpu.time system.cpu.time system.disk.io_time",
        ],
        _units.GroupBy(u => u.Value, StringComparer.Ordinal).OrderBy(g => g.Key.StartsWith('{') ? 0 : 1)
            .ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}: {string.Join(' ', g.Select(u => u.Key))}"));

    [Fact]
    public void Observe_WhatIsNotKnown_IsNotReported()
    {
        foreach (string file in (string[])["proc/stat", "proc/meminfo", "proc/diskstats", "proc/self/net/dev", "proc/self/stat", "proc/self/io", "proc/self/mountinfo", "proc/self/cgroup"])
            _machine.Delete(file);
        Observe();
        _time.Advance(TimeSpan.FromSeconds(10));
        Observe();

        Assert.Equal(
            [
                "process.cpu.time{cpu.mode=system}", "process.cpu.time{cpu.mode=user}", "process.cpu.utilization{cpu.mode=system}",
                "process.cpu.utilization{cpu.mode=user}", "system.cpu.logical.count",
            ],
            _seen.Keys);
    }

    [Fact]
    public void Observe_AfterTheEnd_ReportsNothing()
    {
        _monitor.Dispose();
        Observe();

        Assert.Empty(_seen);
    }

    private void Observe()
    {
        _seen.Clear();
        _listener.RecordObservableInstruments();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = string.Join(',', tags.ToArray().OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => $"{t.Key}={t.Value}"));
        _seen.Add(labels.Length == 0 ? instrument.Name : $"{instrument.Name}{{{labels}}}", value);
    }
}
