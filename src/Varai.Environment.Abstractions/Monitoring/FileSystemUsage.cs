namespace Varai.Monitoring;

/// <summary>How full a file system is.</summary>
/// <param name="MountPoint">Where it is mounted, such as <c>/</c> or <c>C:\</c>; of several places, the shortest.</param>
/// <param name="Device">What it is on, such as <c>/dev/sda1</c>.</param>
/// <param name="Type">Its type, such as <c>ext4</c>.</param>
public sealed record FileSystemUsage(string MountPoint, string Device, string Type)
{
    /// <summary>Its size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>Bytes that are in use.</summary>
    public long Used { get; init; }

    /// <summary>Bytes that this process may still write.</summary>
    public long Available { get; init; }

    /// <summary>Bytes that only the system's administrator may still write.</summary>
    public long Reserved => Size - Used - Available;
}
