namespace Varai.Monitoring;

/// <summary>What this process uses.</summary>
public sealed record ProcessUsage
{
    /// <summary>Processor time spent in its own code.</summary>
    public TimeSpan CpuTimeUser { get; init; }

    /// <summary>Processor time that the operating system spent for it.</summary>
    public TimeSpan CpuTimeSystem { get; init; }

    /// <summary>Both together.</summary>
    public TimeSpan CpuTime => CpuTimeUser + CpuTimeSystem;

    /// <summary>How many processors it may use: those that it may run on, or the container's limit where that is lower, such as 0.5.</summary>
    public double CpuCount { get; init; }

    /// <summary>The share that it used of <see cref="CpuCount"/> since the reading before: 1 is all of it. <see langword="null"/> while there is no
    /// reading before.</summary>
    public double? CpuUtilization { get; init; }

    /// <summary>Physical memory in use (the resident set), in bytes.</summary>
    public long? MemoryUsage { get; init; }

    /// <summary>Virtual memory, in bytes.</summary>
    public long? VirtualMemory { get; init; }

    /// <summary>Its threads. On Linux only.</summary>
    public int? ThreadCount { get; init; }

    /// <summary>Bytes read from disks; what was found in the page cache does not count. On Linux only.</summary>
    public long? DiskBytesRead { get; init; }

    /// <summary>Bytes written to disks, or on their way there. On Linux only.</summary>
    public long? DiskBytesWritten { get; init; }
}
