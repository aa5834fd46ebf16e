namespace Varai.Monitoring.Resources;

/// <summary>Reads <c>/proc/stat</c> and <c>/proc/meminfo</c>.</summary>
internal sealed class HostReader(SystemFiles files) : IDisposable
{
    // In which the kernel tells times to programs, whatever it counts in itself.
    private const long TicksOfTime = TimeSpan.TicksPerSecond / 100;

    private readonly SystemFile _stat = files.Open("/proc/stat");
    private readonly SystemFile _memory = files.Open("/proc/meminfo");

    public HostUsage Read()
    {
        (HostCpuTime? time, int count) = ReadStat();
        var usage = new HostUsage { CpuTime = time, CpuCount = count };
        if (!_memory.TryRead(out ReadOnlySpan<byte> text))
            return usage;
        return usage with
        {
            MemoryTotal = Bytes(KeyedValues.Require(_memory, text, "MemTotal:"u8)),
            MemoryFree = Bytes(KeyedValues.Require(_memory, text, "MemFree:"u8)),
            MemoryBuffers = Bytes(KeyedValues.Require(_memory, text, "Buffers:"u8)),
            MemoryCached = Bytes(KeyedValues.Require(_memory, text, "Cached:"u8) + (KeyedValues.Find(text, "SReclaimable:"u8) ?? 0)),
            MemoryAvailable = Bytes(KeyedValues.Require(_memory, text, "MemAvailable:"u8)),
        };
    }

    public void Dispose()
    {
        _stat.Dispose();
        _memory.Dispose();
    }

    private (HostCpuTime? Time, int Count) ReadStat()
    {
        HostCpuTime? time = null;
        int count = 0;
        if (!_stat.TryRead(out ReadOnlySpan<byte> text))
            return (null, System.Environment.ProcessorCount);
        var lines = new ByteScanner(text);

        // The total first, then a line for each processor that is online.
        while (lines.TryReadLine(out ReadOnlySpan<byte> line) && line.StartsWith("cpu"u8))
        {
            if (line.StartsWith("cpu "u8))
                time = Parse(line["cpu ".Length..]);
            else
                count++;
        }

        if (time is null || count == 0)
            _stat.NoteMalformed("the time of each processor");
        return (time, count > 0 ? count : System.Environment.ProcessorCount);
    }

    // user nice system idle iowait irq softirq steal guest guest_nice; guests are in user and nice.
    private static HostCpuTime? Parse(ReadOnlySpan<byte> line)
    {
        var fields = new ByteScanner(line);
        Span<long> ticks = stackalloc long[8];
        for (int i = 0; i < ticks.Length; i++)
        {
            if (!fields.TryReadNumber(out ticks[i]))
                return null;
        }

        return new HostCpuTime
        {
            User = Time(ticks[0]),
            Nice = Time(ticks[1]),
            System = Time(ticks[2]),
            Idle = Time(ticks[3]),
            IoWait = Time(ticks[4]),
            Interrupt = Time(ticks[5] + ticks[6]),
            Steal = Time(ticks[7]),
        };
    }

    private static TimeSpan Time(long ticks) => TimeSpan.FromTicks(ticks * TicksOfTime);

    private static long? Bytes(long? kibibytes) => kibibytes * 1024;
}
