namespace Varai.Data.Databases;

/// <summary>Makes files that nobody but the service's user can read.</summary>
internal static class PrivateFile
{
    public static void Create(string path)
    {
        var settings = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            settings.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(path, settings).Dispose();
    }
}
