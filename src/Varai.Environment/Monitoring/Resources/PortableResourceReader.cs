using System.Net.NetworkInformation;

namespace Varai.Monitoring.Resources;

/// <summary>Reads what .NET offers on every system: no disks' work, no processor time of the machine, no containers.</summary>
internal sealed class PortableResourceReader : IResourceReader
{
    private readonly Dictionary<string, SystemFileTrouble?> _troubles = new(StringComparer.Ordinal);

    public ResourceUsage Read(DateTimeOffset now)
    {
        ProcessCpuTime time = ProcessCpuTime.Read();
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        var process = new ProcessUsage
        {
            CpuTimeUser = time.User,
            CpuTimeSystem = time.Kernel,
            CpuCount = System.Environment.ProcessorCount,
            MemoryUsage = System.Environment.WorkingSet,
        };

        // The collector learns of the machine's memory when it collects.
        bool knowsMemory = memory.TotalAvailableMemoryBytes > 0 && memory.MemoryLoadBytes > 0;
        var host = new HostUsage
        {
            CpuCount = System.Environment.ProcessorCount,
            MemoryTotal = knowsMemory ? memory.TotalAvailableMemoryBytes : null,
            MemoryAvailable = knowsMemory ? Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes) : null,
        };
        return new ResourceUsage(now, process, host)
        {
            FileSystems = Try("the drives", ReadFileSystems),
            Networks = Try("the network interfaces", ReadNetworks),
        };
    }

    public SystemFileTrouble[] TakeTroubles()
    {
        SystemFileTrouble[] troubles = [.. _troubles.Values.OfType<SystemFileTrouble>()];
        foreach (SystemFileTrouble trouble in troubles)
            _troubles[trouble.Path] = null;
        return troubles;
    }

    public void Dispose()
    {
        // Nothing is kept open.
    }

    private IReadOnlyList<T> Try<T>(string what, Func<IReadOnlyList<T>> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NetworkInformationException or PlatformNotSupportedException)
        {
            _troubles.TryAdd(what, new SystemFileTrouble(what, e.Message, e));
            return [];
        }
    }

    private static List<FileSystemUsage> ReadFileSystems() =>
    [
        .. DriveInfo.GetDrives().Where(drive => drive is { DriveType: DriveType.Fixed, IsReady: true })
            .Select(drive => (Drive: drive, Space: FileSystemSpace.Read(drive.Name)))
            .Where(found => found.Space is { Size: > 0 })
            .Select(found => found.Space!.Value.Of(found.Drive.Name, found.Drive.Name, found.Drive.DriveFormat)),
    ];

    private static List<NetworkUsage> ReadNetworks() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.NetworkInterfaceType is not (NetworkInterfaceType.Loopback or NetworkInterfaceType.Tunnel))
            .Select(network => (network.Name, Statistics: network.GetIPStatistics()))
            .Where(network => network.Statistics.BytesReceived > 0 || network.Statistics.BytesSent > 0)
            .Select(network => new NetworkUsage(network.Name)
            {
                BytesReceived = network.Statistics.BytesReceived,
                BytesSent = network.Statistics.BytesSent,
                ErrorsReceived = network.Statistics.IncomingPacketsWithErrors,
                ErrorsSent = network.Statistics.OutgoingPacketsWithErrors,
                DroppedReceived = network.Statistics.IncomingPacketsDiscarded,
                DroppedSent = Dropped(network.Statistics),
            }),
    ];

    // macOS does not count them.
    private static long Dropped(IPInterfaceStatistics statistics) => OperatingSystem.IsMacOS() ? 0 : statistics.OutgoingPacketsDiscarded;
}
