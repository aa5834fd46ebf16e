namespace Varai.Monitoring.Resources.Cgroups;

/// <summary>Reads what the control group of the process uses, of version 1, 2 or both, each controller where it is.</summary>
internal sealed class CgroupReader(SystemFiles files, SystemFile mounts) : IDisposable
{
    private readonly SystemFile _membership = files.Open("/proc/self/cgroup");
    private byte[] _known = [];
    private ICpuGroup? _cpu;
    private IMemoryGroup? _memory;
    private IIoGroup? _io;

    /// <returns>The usage; null when the process is in no group but the machine's.</returns>
    public ContainerUsage? Read()
    {
        // A process can be moved to another group.
        if (_membership.TryRead(out ReadOnlySpan<byte> membership) && !membership.SequenceEqual(_known))
            Locate(membership.ToArray());
        if (_cpu is null && _memory is null && _io is null)
            return null;
        CpuGroupReading cpu = _cpu?.Read() ?? default;
        MemoryGroupReading memory = _memory?.Read() ?? default;
        IoGroupReading io = _io?.Read() ?? default;
        return new ContainerUsage
        {
            CpuTime = cpu.Time,
            CpuLimit = cpu.Limit,
            CpuPeriods = cpu.Periods,
            CpuPeriodsThrottled = cpu.PeriodsThrottled,
            CpuTimeThrottled = cpu.TimeThrottled,
            MemoryUsage = memory.Usage,
            MemoryWorkingSet = memory.WorkingSet,
            MemoryLimit = memory.Limit,
            DiskBytesRead = io.BytesRead,
            DiskBytesWritten = io.BytesWritten,
        };
    }

    public void Dispose()
    {
        _membership.Dispose();
        Close();
    }

    private void Locate(byte[] membership)
    {
        Close();
        _known = membership;
        var locator = new CgroupLocator(files, CgroupMembership.Parse(membership), MountPoint.ReadAll(mounts));
        IReadOnlyList<string> unified = locator.V2();
        _cpu = locator.HasV1("cpu") || locator.HasV1("cpuacct") ? CpuV1(locator.V1("cpuacct"), locator.V1("cpu"))
            : unified.Count > 0 ? new CpuGroupV2(files, unified) : null;
        _memory = locator.HasV1("memory") ? MemoryV1(locator.V1("memory")) : unified.Count > 0 ? new MemoryGroupV2(files, unified) : null;
        _io = locator.HasV1("blkio") ? IoV1(locator.V1("blkio")) : unified.Count > 0 ? new IoGroupV2(files, unified) : null;
    }

    private CpuGroupV1? CpuV1(IReadOnlyList<string> accounting, IReadOnlyList<string> levels) =>
        accounting.Count > 0 || levels.Count > 0 ? new CpuGroupV1(files, accounting, levels) : null;

    private MemoryGroupV1? MemoryV1(IReadOnlyList<string> levels) => levels.Count > 0 ? new MemoryGroupV1(files, levels) : null;

    private IoGroupV1? IoV1(IReadOnlyList<string> levels) => levels.Count > 0 ? new IoGroupV1(files, levels) : null;

    private void Close()
    {
        _cpu?.Dispose();
        _memory?.Dispose();
        _io?.Dispose();
        (_cpu, _memory, _io) = (null, null, null);
    }
}
