namespace Varai;

/// <summary>Makes folders for nobody but the user the service runs as, and kept out of git.</summary>
internal static class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes a folder with a <c>.gitignore</c> that ignores all of it. One that is there stays as it is: in a user's own
    /// folder it would hide the user's files. Folders above it are made with the process's mask.</summary>
    public static void Create(string directory)
    {
        if (Directory.Exists(directory))
            return;
        if (Path.GetDirectoryName(directory) is { } above)
            Directory.CreateDirectory(above);
        CreateOne(directory);
        try
        {
            using var stream = new FileStream(Path.Combine(directory, ".gitignore"), FileMode.CreateNew, FileAccess.Write);
            stream.Write("*\n"u8);
        }
        catch (IOException)
        {
            // Another process that starts at the same moment is writing the same. If it is the disk, the file that the folder
            // was made for tells.
        }
    }

    /// <summary>Makes the last folder of a path.</summary>
    public static void CreateOne(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, OwnerOnly);
    }
}
