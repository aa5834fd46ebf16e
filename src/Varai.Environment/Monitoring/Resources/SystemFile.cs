using System.Security;
using Microsoft.Win32.SafeHandles;

namespace Varai.Monitoring.Resources;

/// <summary>A file that the kernel writes anew whenever it is read. It is kept open, so that reading allocates nothing.</summary>
internal sealed class SystemFile(SystemFiles files, string path) : IDisposable
{
    // Of a file that isn't there, an attempt to open it costs more than reading all the others.
    private const int ReadsBetweenAttempts = 60;

    private SafeFileHandle? _handle;
    private int _wait;

    public string Path => path;

    /// <summary>Reads the whole file.</summary>
    /// <param name="text">The content, until any file is read again; empty when there is none.</param>
    /// <returns>Whether there is such a file and it can be read. If it is there and can't be read, that is noted.</returns>
    public bool TryRead(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (_wait > 0)
        {
            _wait--;
            return false;
        }

        try
        {
            _handle ??= Open();
            if (_handle is null)
            {
                _wait = ReadsBetweenAttempts;
                return false;
            }

            text = files.ReadAll(_handle);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException)
        {
            // Such as a group that was removed: it has to be opened anew.
            Dispose();
            _wait = ReadsBetweenAttempts;
            if (e is not (FileNotFoundException or DirectoryNotFoundException))
                files.Note(path, e.Message, e);
            return false;
        }
    }

    /// <summary>Notes that the content is not what it should be.</summary>
    public void NoteMalformed(string expected) => files.Note(path, $"it does not hold {expected}", error: null);

    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
    }

    // No lock is asked for: the kernel's files have none.
    private SafeFileHandle? Open() => File.Exists(path)
        ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
        : null;
}
