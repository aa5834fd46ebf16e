using Varai.Monitoring.Resources.Cgroups;

namespace Varai.Monitoring.Resources;

/// <summary>Reads <c>/proc</c>, the control groups and the mounted file systems.</summary>
internal sealed class LinuxResourceReader : IResourceReader
{
    private readonly SystemFiles _files;
    private readonly Func<ProcessCpuTime> _cpuTime;
    private readonly SystemFile _stat;
    private readonly SystemFile _status;
    private readonly SystemFile _io;
    private readonly SystemFile _mounts;
    private readonly HostReader _host;
    private readonly CgroupReader _cgroups;
    private readonly DiskReader _disks;
    private readonly NetworkReader _networks;
    private readonly FileSystemReader _fileSystems;

    /// <param name="files">The kernel's files.</param>
    /// <param name="cpuTime">Reads the time of this process.</param>
    /// <param name="space">Reads the space of a mounted file system.</param>
    public LinuxResourceReader(SystemFiles files, Func<ProcessCpuTime> cpuTime, Func<string, FileSystemSpace?> space)
    {
        _files = files;
        _cpuTime = cpuTime;
        _stat = files.Open("/proc/self/stat");
        _status = files.Open("/proc/self/status");
        _io = files.Open("/proc/self/io");
        _mounts = files.Open("/proc/self/mountinfo");
        _host = new HostReader(files);
        _cgroups = new CgroupReader(files, _mounts);
        _disks = new DiskReader(files);
        _networks = new NetworkReader(files);
        _fileSystems = new FileSystemReader(files, _mounts, space);
    }

    public ResourceUsage Read(DateTimeOffset now)
    {
        HostUsage host = _host.Read();
        ContainerUsage? container = _cgroups.Read();
        return new ResourceUsage(now, ReadProcess(host, container), host)
        {
            Container = container,
            Disks = _disks.Read(),
            FileSystems = _fileSystems.Read(now),
            Networks = _networks.Read(),
        };
    }

    public SystemFileTrouble[] TakeTroubles() => _files.TakeTroubles();

    public void Dispose()
    {
        _stat.Dispose();
        _status.Dispose();
        _io.Dispose();
        _mounts.Dispose();
        _host.Dispose();
        _cgroups.Dispose();
        _disks.Dispose();
        _networks.Dispose();
    }

    private ProcessUsage ReadProcess(HostUsage host, ContainerUsage? container)
    {
        ProcessCpuTime time = _cpuTime();
        (long? threads, long? virtualMemory, long? pages) = ReadStat();
        (long? read, long? written) = ReadIo();
        double allowed = ReadAllowedCpus() ?? host.CpuCount;
        return new ProcessUsage
        {
            CpuTimeUser = time.User,
            CpuTimeSystem = time.Kernel,
            CpuCount = Math.Min(allowed, container?.CpuLimit ?? double.PositiveInfinity),
            MemoryUsage = pages * System.Environment.SystemPageSize,
            VirtualMemory = virtualMemory,
            ThreadCount = (int?)threads,
            DiskBytesRead = read,
            DiskBytesWritten = written,
        };
    }

    // The second field is the program's name in parentheses, which may hold anything, such as spaces and parentheses.
    private (long? Threads, long? VirtualMemory, long? Pages) ReadStat()
    {
        if (!_stat.TryRead(out ReadOnlySpan<byte> text))
            return default;
        var fields = new ByteScanner(text[(text.LastIndexOf((byte)')') + 1)..]);
        fields.Skip(17);
        if (fields.TryReadNumber(out long threads))
        {
            fields.Skip(2);
            if (fields.TryReadNumber(out long virtualMemory) && fields.TryReadNumber(out long pages))
                return (threads, virtualMemory, pages);
        }

        _stat.NoteMalformed("the state of a process");
        return default;
    }

    private (long? Read, long? Written) ReadIo() => _io.TryRead(out ReadOnlySpan<byte> text)
        ? (KeyedValues.Require(_io, text, "read_bytes:"u8), KeyedValues.Require(_io, text, "write_bytes:"u8))
        : default;

    private int? ReadAllowedCpus()
    {
        if (!_status.TryRead(out ReadOnlySpan<byte> text))
            return null;
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out ReadOnlySpan<byte> line))
        {
            var fields = new ByteScanner(line);
            if (!fields.ReadField().SequenceEqual("Cpus_allowed_list:"u8))
                continue;
            int count = Count(fields.ReadField());
            if (count > 0)
                return count;
            break;
        }

        _status.NoteMalformed("the processors of a process");
        return null;
    }

    // Such as 0-3,7: five processors; 0 for what is none.
    private static int Count(ReadOnlySpan<byte> list)
    {
        int count = 0;
        foreach (Range part in list.Split((byte)','))
        {
            ReadOnlySpan<byte> range = list[part];
            int dash = range.IndexOf((byte)'-');
            if (!ByteScanner.TryParse(dash < 0 ? range : range[..dash], out long first)
                || !ByteScanner.TryParse(dash < 0 ? range : range[(dash + 1)..], out long last) || last < first)
            {
                return 0;
            }

            count += (int)Math.Min(last - first + 1, ushort.MaxValue);
        }

        return count;
    }
}
