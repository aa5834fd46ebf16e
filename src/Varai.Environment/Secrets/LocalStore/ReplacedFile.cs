using System.Runtime.InteropServices;
using System.Text;

namespace Varai.Secrets.LocalStore;

/// <summary>Writes files that nobody else may read, whole or not at all: after a crash of the process or the machine there is the earlier
/// content or the new.</summary>
internal static class ReplacedFile
{
    private const string TemporaryEnding = ".tmp";
    private const int ReadOnly = 0;

    // A file system that can't flush folders says "invalid argument", and keeps them on disk in its own way.
    private const int InvalidArgument = 22;

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">All that it shall hold.</param>
    /// <param name="overwrite">Whether one that is there is replaced.</param>
    /// <param name="after">The new file's time is later than this one.</param>
    /// <returns>When it was written, by the file's own time.</returns>
    /// <exception cref="IOException">It was not written, or there is one already.</exception>
    public static DateTime Write(string path, ReadOnlySpan<byte> content, bool overwrite, DateTime after = default)
    {
        string temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}{TemporaryEnding}");
        DateTime written;
        try
        {
            written = WriteThrough(temporary, content, after);
            File.Move(temporary, path, overwrite);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushFolder(Path.GetDirectoryName(path)!);
        return written;
    }

    /// <summary>Deletes what processes that died while they wrote the file left behind.</summary>
    public static void DeleteLeftovers(string path)
    {
        foreach (string left in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.*{TemporaryEnding}"))
            File.Delete(left);
    }

    private static DateTime WriteThrough(string path, ReadOnlySpan<byte> content, DateTime after)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixModes.PrivateFile;
        using var stream = new FileStream(path, options);
        stream.Write(content);
        // Two writes within the clock's resolution are told apart by it all the same.
        if (File.GetLastWriteTimeUtc(stream.SafeFileHandle) <= after)
            File.SetLastWriteTimeUtc(stream.SafeFileHandle, after.AddMicroseconds(1));
        stream.Flush(flushToDisk: true);
        return File.GetLastWriteTimeUtc(stream.SafeFileHandle);
    }

    // The new name is on disk only when the folder is.
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = NativeMethods.Open(Encoding.UTF8.GetBytes(folder + "\0"), ReadOnly);
        if (descriptor < 0)
            throw FlushFailed(folder);
        try
        {
            if (NativeMethods.Fsync(descriptor) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
                throw FlushFailed(folder);
        }
        finally
        {
            _ = NativeMethods.Close(descriptor);
        }
    }

    private static IOException FlushFailed(string folder) =>
        new($"The folder '{folder}' could not be flushed to disk: {Marshal.GetLastPInvokeErrorMessage()}. It is not known whether the change outlives a power failure.");
}
