namespace Varai.Monitoring;

/// <summary>How the processors of a machine spent their time, added up over the processors.</summary>
public sealed record HostCpuTime
{
    /// <summary>In programs; time of guests of a virtual machine is in it.</summary>
    public TimeSpan User { get; init; }

    /// <summary>In programs of lowered priority.</summary>
    public TimeSpan Nice { get; init; }

    /// <summary>In the kernel.</summary>
    public TimeSpan System { get; init; }

    /// <summary>Idle.</summary>
    public TimeSpan Idle { get; init; }

    /// <summary>Idle while something waited for a disk.</summary>
    public TimeSpan IoWait { get; init; }

    /// <summary>Serving interrupts.</summary>
    public TimeSpan Interrupt { get; init; }

    /// <summary>Taken by the host of this virtual machine for others.</summary>
    public TimeSpan Steal { get; init; }

    /// <summary>All of it.</summary>
    public TimeSpan Total => Busy + Idle + IoWait;

    /// <summary>All but <see cref="Idle"/> and <see cref="IoWait"/>.</summary>
    public TimeSpan Busy => User + Nice + System + Interrupt + Steal;
}
