using System.Runtime.InteropServices;

namespace Varai.Data.Files;

/// <summary>What tells whether a file has changed.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FileStatus(long Length, long Ticks, UnixFileMode? Mode)
{
    public static FileStatus Of(FileInfo file) => new(file.Length, file.LastWriteTimeUtc.Ticks, ModeOf(file));

    public static FileStatus Of(DataItem item) => new(item.Length ?? 0, item.Modified?.UtcTicks ?? 0, item.Mode);

    public static UnixFileMode? ModeOf(FileSystemInfo entry) => OperatingSystem.IsWindows() ? null : entry.UnixFileMode;
}
