using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Varai.Diagnostics;

namespace Varai.Monitoring.Resources;

/// <summary>The resources as observable instruments on the meter of this library, under the names of OpenTelemetry's semantic conventions
/// where they have one. They read when somebody listens and asks. A value that is not known is not reported.</summary>
internal sealed class ResourceInstruments(ResourceMonitor monitor, IMeterFactory? meters = null) : IHostedService, IDisposable
{
    private const string CpuMode = "cpu.mode";
    private const string DiskDirection = "disk.io.direction";
    private const string NetworkDirection = "network.io.direction";
    private const string MemoryState = "system.memory.state";
    private const string Device = "system.device";
    private const string InterfaceName = "network.interface.name";

    private Meter? _own;
    private bool _isStarted;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_isStarted)
            return Task.CompletedTask;
        _isStarted = true;
        Meter meter = meters?.Create(VaraiDiagnostics.Name) ?? (_own = new Meter(VaraiDiagnostics.Name));
        CreateProcess(meter);
        CreateContainer(meter);
        CreateHost(meter);
        CreateDevices(meter);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The meters of a factory are the factory's.
    public void Dispose() => _own?.Dispose();

    private void CreateProcess(Meter meter)
    {
        meter.CreateObservableCounter(
            "process.cpu.time", () => Of(static o => Modes(o.Usage.Process, static t => t.TotalSeconds)), "s", "Processor time of this process");
        meter.CreateObservableGauge(
            "process.cpu.utilization", () => Of(ProcessUtilisations), "1", "Share of the processors that this process may use, by mode");
        meter.CreateObservableUpDownCounter(
            "process.memory.usage", () => Of(static o => One(o.Usage.Process.MemoryUsage)), "By", "Physical memory of this process");
        meter.CreateObservableUpDownCounter(
            "process.memory.virtual", () => Of(static o => One(o.Usage.Process.VirtualMemory)), "By", "Virtual memory of this process");
        meter.CreateObservableUpDownCounter(
            "process.thread.count", () => Of(static o => One(o.Usage.Process.ThreadCount)), "{thread}", "Threads of this process");
        meter.CreateObservableCounter(
            "process.disk.io", () => Of(static o => Pair(DiskDirection, "read", o.Usage.Process.DiskBytesRead, "write", o.Usage.Process.DiskBytesWritten)),
            "By", "Bytes that this process read from disks and wrote to them");
    }

    private void CreateContainer(Meter meter)
    {
        meter.CreateObservableCounter(
            "container.cpu.time", () => Of(static o => One(o.Usage.Container?.CpuTime?.TotalSeconds)), "s", "Processor time of the container");
        meter.CreateObservableGauge(
            "container.cpu.usage", () => Of(static o => One(o.Usage.Container?.CpuUsage)), "{cpu}", "Processors that the container uses");
        meter.CreateObservableGauge(
            "container.cpu.limit", () => Of(static o => One(o.Usage.Container?.CpuLimit)), "{cpu}", "Processors that the container may use");
        meter.CreateObservableGauge(
            "container.cpu.limit.utilization", () => Of(static o => One(o.Usage.Container?.CpuUtilization)), "1", "Share of its limit that the container uses");
        meter.CreateObservableCounter(
            "container.cpu.periods", () => Of(static o => One(o.Usage.Container?.CpuPeriods)), "{period}", "Periods in which the container wanted processors");
        meter.CreateObservableCounter(
            "container.cpu.throttled.periods", () => Of(static o => One(o.Usage.Container?.CpuPeriodsThrottled)), "{period}", "Periods in which it was held up at its limit");
        meter.CreateObservableCounter(
            "container.cpu.throttled.time", () => Of(static o => One(o.Usage.Container?.CpuTimeThrottled?.TotalSeconds)), "s", "How long it was held up, added up over its processors");
        meter.CreateObservableUpDownCounter(
            "container.memory.usage", () => Of(static o => One(o.Usage.Container?.MemoryUsage)), "By", "Memory that the container is charged for");
        meter.CreateObservableUpDownCounter(
            "container.memory.working_set", () => Of(static o => One(o.Usage.Container?.MemoryWorkingSet)), "By", "Memory of the container that can't be taken back at once");
        meter.CreateObservableUpDownCounter(
            "container.memory.limit", () => Of(static o => One(o.Usage.Container?.MemoryLimit)), "By", "Memory that the container may use");
        meter.CreateObservableGauge(
            "container.memory.limit.utilization", () => Of(static o => One(o.Usage.Container?.MemoryUtilization)), "1", "Share of its limit that the working set is");
        meter.CreateObservableCounter(
            "container.disk.io", () => Of(static o => Pair(DiskDirection, "read", o.Usage.Container?.DiskBytesRead, "write", o.Usage.Container?.DiskBytesWritten)),
            "By", "Bytes that the container read from disks and wrote to them");
    }

    private void CreateHost(Meter meter)
    {
        meter.CreateObservableCounter(
            "system.cpu.time", () => Of(static o => Modes(o.Usage.Host.CpuTime, before: null, divisor: 1)), "s", "Time of the machine's processors, by mode");
        meter.CreateObservableGauge("system.cpu.utilization", () => Of(HostUtilisations), "1", "Share of the time of the machine's processors, by mode");
        meter.CreateObservableUpDownCounter(
            "system.cpu.logical.count", () => Of(static o => One<long>(o.Usage.Host.CpuCount)), "{cpu}", "Logical processors of the machine");
        meter.CreateObservableUpDownCounter("system.memory.usage", () => Of(HostMemory), "By", "Memory of the machine, by what it is used for");
        meter.CreateObservableUpDownCounter(
            "system.memory.limit", () => Of(static o => One(o.Usage.Host.MemoryTotal)), "By", "Memory of the machine");
        meter.CreateObservableUpDownCounter(
            "system.linux.memory.available", () => Of(static o => One(o.Usage.Host.MemoryAvailable)), "By", "Memory that new work could have without swapping");
        meter.CreateObservableGauge("system.memory.utilization", () => Of(HostMemoryShare), "1", "Share of the machine's memory");
    }

    private void CreateDevices(Meter meter)
    {
        meter.CreateObservableCounter(
            "system.disk.io", () => Of(static o => Pairs(o.Usage.Disks, Device, DiskDirection, static d => d.Device, "read", static d => d.BytesRead, "write", static d => d.BytesWritten)),
            "By", "Bytes read from the machine's disks and written to them");
        meter.CreateObservableCounter(
            "system.disk.operations", () => Of(static o => Pairs(o.Usage.Disks, Device, DiskDirection, static d => d.Device, "read", static d => d.ReadOperations, "write", static d => d.WriteOperations)),
            "{operation}", "Reads and writes of the machine's disks");
        meter.CreateObservableCounter("system.disk.io_time", () => Of(DiskTimes), "s", "How long the machine's disks were at work");
        meter.CreateObservableUpDownCounter("system.filesystem.usage", () => Of(FileSystemBytes), "By", "Space of the local file systems, by state");
        meter.CreateObservableGauge("system.filesystem.utilization", () => Of(FileSystemShares), "1", "Share of the space of the local file systems");
        meter.CreateObservableCounter(
            "system.network.io", () => Of(static o => Pairs(o.Usage.Networks, InterfaceName, NetworkDirection, static n => n.Name, "receive", static n => n.BytesReceived, "transmit", static n => n.BytesSent)),
            "By", "Bytes received and sent");
        meter.CreateObservableCounter(
            "system.network.errors", () => Of(static o => Pairs(o.Usage.Networks, InterfaceName, NetworkDirection, static n => n.Name, "receive", static n => n.ErrorsReceived, "transmit", static n => n.ErrorsSent)),
            "{error}", "Packets with an error");
        meter.CreateObservableCounter(
            "system.network.packet.dropped", () => Of(static o => Pairs(o.Usage.Networks, InterfaceName, NetworkDirection, static n => n.Name, "receive", static n => n.DroppedReceived, "transmit", static n => n.DroppedSent)),
            "{packet}", "Packets dropped without an error");
    }

    private Measurement<T>[] Of<T>(Func<ResourceObservation, Measurement<T>[]> measure)
        where T : struct => monitor.ObserveForMetrics() is { } observation ? measure(observation) : [];

    private static Measurement<T>[] One<T>(T? value)
        where T : struct => value is { } known ? [new Measurement<T>(known)] : [];

    private static Measurement<T> Labelled<T>(T value, string label, string text)
        where T : struct => new(value, new KeyValuePair<string, object?>(label, text));

    private static Measurement<long>[] Pair(string label, string one, long? ofOne, string other, long? ofOther) =>
        ofOne is { } first && ofOther is { } second ? [Labelled(first, label, one), Labelled(second, label, other)] : [];

    private static Measurement<long>[] Pairs<T>(
        IReadOnlyList<T> devices, string nameLabel, string label, Func<T, string> nameOf, string one, Func<T, long> ofOne, string other, Func<T, long> ofOther)
    {
        var measurements = new Measurement<long>[devices.Count * 2];
        for (int i = 0; i < devices.Count; i++)
        {
            var name = new KeyValuePair<string, object?>(nameLabel, nameOf(devices[i]));
            measurements[2 * i] = new Measurement<long>(ofOne(devices[i]), name, new KeyValuePair<string, object?>(label, one));
            measurements[(2 * i) + 1] = new Measurement<long>(ofOther(devices[i]), name, new KeyValuePair<string, object?>(label, other));
        }

        return measurements;
    }

    private static Measurement<double>[] Modes(ProcessUsage process, Func<TimeSpan, double> valueOf) =>
        [Labelled(valueOf(process.CpuTimeUser), CpuMode, "user"), Labelled(valueOf(process.CpuTimeSystem), CpuMode, "system")];

    private static Measurement<double>[] ProcessUtilisations(ResourceObservation observation)
    {
        ProcessUsage process = observation.Usage.Process;
        if (process.CpuUtilization is not { } all || observation.Before is not { } before)
            return [];
        TimeSpan spent = process.CpuTime - before.Process.CpuTime;
        double user = spent > TimeSpan.Zero ? all * ((process.CpuTimeUser - before.Process.CpuTimeUser) / spent) : 0;
        return [Labelled(user, CpuMode, "user"), Labelled(all - user, CpuMode, "system")];
    }

    private static Measurement<double>[] HostUtilisations(ResourceObservation observation) =>
        observation.Usage.Host is { CpuUtilization: not null, CpuTime: { } now } && observation.Before?.Host.CpuTime is { } before
            ? Modes(now, before, (now.Total - before.Total).TotalSeconds)
            : [];

    private static Measurement<double>[] Modes(HostCpuTime? now, HostCpuTime? before, double divisor) => now is null ? [] :
    [
        Mode("user", now.User - before?.User, now.User, divisor),
        Mode("nice", now.Nice - before?.Nice, now.Nice, divisor),
        Mode("system", now.System - before?.System, now.System, divisor),
        Mode("idle", now.Idle - before?.Idle, now.Idle, divisor),
        Mode("iowait", now.IoWait - before?.IoWait, now.IoWait, divisor),
        Mode("interrupt", now.Interrupt - before?.Interrupt, now.Interrupt, divisor),
        Mode("steal", now.Steal - before?.Steal, now.Steal, divisor),
    ];

    // The kernel lets the time of waiting for disks fall at times.
    private static Measurement<double> Mode(string mode, TimeSpan? since, TimeSpan total, double divisor) =>
        Labelled(Math.Max(0, (since ?? total).TotalSeconds / divisor), CpuMode, mode);

    private static Measurement<long>[] HostMemory(ResourceObservation observation) =>
        observation.Usage.Host is { MemoryUsed: { } used, MemoryFree: { } free, MemoryBuffers: { } buffers, MemoryCached: { } cached }
            ?
            [
                Labelled(used, MemoryState, "used"), Labelled(free, MemoryState, "free"),
                Labelled(buffers, MemoryState, "buffers"), Labelled(cached, MemoryState, "cached"),
            ]
            : [];

    private static Measurement<double>[] HostMemoryShare(ResourceObservation observation) =>
        observation.Usage.Host is { MemoryUsed: { } used, MemoryTotal: { } total and > 0 } ? [Labelled((double)used / total, MemoryState, "used")] : [];

    private static Measurement<double>[] DiskTimes(ResourceObservation observation) =>
        [.. observation.Usage.Disks.Select(static disk => Labelled(disk.BusyTime.TotalSeconds, Device, disk.Device))];

    private static Measurement<long>[] FileSystemBytes(ResourceObservation observation)
    {
        IReadOnlyList<FileSystemUsage> all = observation.Usage.FileSystems;
        var measurements = new Measurement<long>[all.Count * 3];
        for (int i = 0; i < all.Count; i++)
        {
            measurements[3 * i] = FileSystem(all[i], all[i].Used, "used");
            measurements[(3 * i) + 1] = FileSystem(all[i], all[i].Available, "free");
            measurements[(3 * i) + 2] = FileSystem(all[i], all[i].Reserved, "reserved");
        }

        return measurements;
    }

    private static Measurement<double>[] FileSystemShares(ResourceObservation observation) =>
        [.. observation.Usage.FileSystems.Select(static s => FileSystem(s, (double)(s.Size - s.Available) / s.Size, "used"))];

    private static Measurement<T> FileSystem<T>(FileSystemUsage system, T value, string state)
        where T : struct =>
        new(
            value,
            new KeyValuePair<string, object?>(Device, system.Device),
            new KeyValuePair<string, object?>("system.filesystem.mountpoint", system.MountPoint),
            new KeyValuePair<string, object?>("system.filesystem.state", state),
            new KeyValuePair<string, object?>("system.filesystem.type", system.Type));
}
