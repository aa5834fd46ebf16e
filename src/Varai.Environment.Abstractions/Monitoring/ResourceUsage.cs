namespace Varai.Monitoring;

/// <summary>One reading of <see cref="IResourceMonitor"/>. Times and totals are since the process, container, device or host began.</summary>
/// <param name="ObservedAt">When it was read.</param>
/// <param name="Process">What this process uses.</param>
/// <param name="Host">What everything on the machine uses.</param>
public sealed record ResourceUsage(DateTimeOffset ObservedAt, ProcessUsage Process, HostUsage Host)
{
    /// <summary>What the control group of the process uses: with Docker and Kubernetes, the container. <see langword="null"/> when the process
    /// is in none but the machine's, and on systems other than Linux.</summary>
    public ContainerUsage? Container { get; init; }

    /// <summary>The machine's disks, without partitions, and without those that never did anything. On Linux only.</summary>
    public IReadOnlyList<DiskUsage> Disks { get; init; } = [];

    /// <summary>The local file systems that the process sees.</summary>
    public IReadOnlyList<FileSystemUsage> FileSystems { get; init; } = [];

    /// <summary>The network interfaces that the process sees, which in a container with a network of its own are the container's; without
    /// loopback, and without those that never carried anything.</summary>
    public IReadOnlyList<NetworkUsage> Networks { get; init; } = [];
}
