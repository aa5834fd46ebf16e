using System.Runtime.InteropServices;

namespace Varai.Monitoring.Resources;

/// <summary>The space of a file system, in bytes.</summary>
/// <param name="Size">All of it.</param>
/// <param name="Free">What nothing uses.</param>
/// <param name="Available">What this process may use of it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileSystemSpace(long Size, long Free, long Available)
{
    /// <summary>Asks the operating system.</summary>
    /// <returns>Null when it does not say.</returns>
    public static FileSystemSpace? Read(string mountPoint)
    {
        try
        {
            return Read(new DriveInfo(mountPoint));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // It was unmounted, or has no size.
            return null;
        }
    }

    public static FileSystemSpace Read(DriveInfo drive) => new(drive.TotalSize, drive.TotalFreeSpace, drive.AvailableFreeSpace);

    public FileSystemUsage Of(string mountPoint, string device, string type) => new(mountPoint, device, type)
    {
        Size = Size,
        Used = Size - Free,
        Available = Available,
    };
}
