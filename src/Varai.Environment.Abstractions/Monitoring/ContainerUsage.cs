namespace Varai.Monitoring;

/// <summary>What the control group (cgroup) of the process uses, with all processes in it. A value is <see langword="null"/> when the group does
/// not count it.</summary>
public sealed record ContainerUsage
{
    /// <summary>Processor time of all its processes.</summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>How many processors it may use at a time, such as 0.5: the lowest limit of the group and those around it that can be seen.
    /// <see langword="null"/> when there is none.</summary>
    public double? CpuLimit { get; init; }

    /// <summary>How many processors it used on average since the reading before; <see langword="null"/> while there is none.</summary>
    public double? CpuUsage { get; init; }

    /// <summary>The share that it used of <see cref="CpuLimit"/>; <see langword="null"/> without a limit. Above 1 where the group may
    /// exceed its limit for a moment (burst).</summary>
    public double? CpuUtilization => CpuUsage / CpuLimit;

    /// <summary>Periods of the group that sets the limit, mostly 100 ms each, in which it wanted processors.</summary>
    public long? CpuPeriods { get; init; }

    /// <summary>How many of them ended with the group being held up, because it had used its limit.</summary>
    public long? CpuPeriodsThrottled { get; init; }

    /// <summary>How long its processors were held up, added up over them.</summary>
    public TimeSpan? CpuTimeThrottled { get; init; }

    /// <summary>Memory that it is charged for, in bytes; with the page cache of files that it uses.</summary>
    public long? MemoryUsage { get; init; }

    /// <summary><see cref="MemoryUsage"/> without the part of the page cache that was not used lately, in bytes: what counts
    /// before a group is out of memory, as Kubernetes reckons it.</summary>
    public long? MemoryWorkingSet { get; init; }

    /// <summary>How much it may use, in bytes: the lowest limit of the group and those around it that can be seen. <see langword="null"/> when there
    /// is none.</summary>
    public long? MemoryLimit { get; init; }

    /// <summary>The share of <see cref="MemoryLimit"/> that the working set is; <see langword="null"/> without a limit.</summary>
    public double? MemoryUtilization => (double?)MemoryWorkingSet / MemoryLimit;

    /// <summary>Bytes read from all disks.</summary>
    public long? DiskBytesRead { get; init; }

    /// <summary>Bytes written to all disks.</summary>
    public long? DiskBytesWritten { get; init; }
}
