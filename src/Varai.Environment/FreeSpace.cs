namespace Varai;

/// <summary>Looks whether a disk has room for what is about to be written, so that nothing is begun that can't be ended.</summary>
internal static class FreeSpace
{
    /// <summary>How many bytes a folder's disk lacks; 0 when it has room, or when nobody can tell.</summary>
    public static long Missing(string folder, long bytes)
    {
        try
        {
            var drive = new DriveInfo(Path.GetFullPath(folder));
            return drive.TotalSize == 0 ? 0 : Math.Max(0, bytes - drive.AvailableFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Some file systems don't say; writing tells then.
            return 0;
        }
    }
}
