namespace Varai.State;

/// <summary>Makes the store's folder and its file, for nobody but the user the service runs as.</summary>
internal static class SqliteFolder
{
    public static void Create(string directory, string file)
    {
        try
        {
            CreateDirectory(directory);
            CreateFile(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StateException(
                $"The state folder '{directory}' can't be used: {exception.Message} Make it a folder this process may write to, or set {StateOptions.SectionName}:{nameof(StateOptions.Directory)} to another one.",
                exception);
        }
    }

    private static void CreateDirectory(string directory)
    {
        if (Directory.Exists(directory))
            return;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // Only in a folder of our own making: in a user's folder it would hide the user's files from git.
        WriteIgnore(Path.Combine(directory, ".gitignore"));
    }

    private static void WriteIgnore(string file)
    {
        try
        {
            if (!File.Exists(file))
                File.WriteAllText(file, "*\n");
        }
        catch (IOException)
        {
            // Another process that starts at the same moment is writing the same. If it is the disk, the store's own file
            // tells; a store without this file works.
        }
    }

    // SQLite gives its other files the mode of this one.
    private static void CreateFile(string file)
    {
        if (File.Exists(file))
            return;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var created = new FileStream(file, options);
    }
}
