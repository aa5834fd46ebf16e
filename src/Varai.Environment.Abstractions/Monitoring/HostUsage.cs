namespace Varai.Monitoring;

/// <summary>What everything on the machine uses.</summary>
public sealed record HostUsage
{
    /// <summary>Its logical processors that are online.</summary>
    public int CpuCount { get; init; }

    /// <summary>How its processors spent their time. On Linux only.</summary>
    public HostCpuTime? CpuTime { get; init; }

    /// <summary>The share of the processors' time since the reading before in which they were not idle; <see langword="null"/> while there is no reading
    /// before. On Linux only.</summary>
    public double? CpuUtilization { get; init; }

    /// <summary>Physical memory, in bytes.</summary>
    public long? MemoryTotal { get; init; }

    /// <summary>Memory that nothing uses, not even a cache, in bytes. On Linux only.</summary>
    public long? MemoryFree { get; init; }

    /// <summary>Memory that buffers of block devices take, in bytes. On Linux only.</summary>
    public long? MemoryBuffers { get; init; }

    /// <summary>Memory that caches of files and of the kernel's own structures take and would give back, in bytes. On Linux only.</summary>
    public long? MemoryCached { get; init; }

    /// <summary>Memory that is neither free nor in buffers or caches, in bytes. On Linux only.</summary>
    public long? MemoryUsed => MemoryTotal - MemoryFree - MemoryBuffers - MemoryCached;

    /// <summary>An estimate of how much memory new work could have without swapping, in bytes.</summary>
    public long? MemoryAvailable { get; init; }
}
