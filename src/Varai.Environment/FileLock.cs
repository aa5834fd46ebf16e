using System.Security.Cryptography;

namespace Varai;

/// <summary>Lets one process at a time do something: a file that is locked while it is there. The operating system frees it when a
/// process dies. It works between the callers of one process too.</summary>
internal sealed class FileLock : IDisposable
{
    private const int LongestToken = 1_000_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);

    // EAGAIN of Linux, of macOS, and Windows' sharing violation.
    private static readonly int[] HeldByAnother = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _stream;
    private int _isDisposed;

    private FileLock(FileStream stream) => _stream = stream;

    /// <summary>Waits for the lock.</summary>
    /// <returns>The lock, or null when another process kept it for as long as <paramref name="patience"/>.</returns>
    /// <exception cref="IOException">The file can't be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made.</exception>
    public static async Task<FileLock?> AcquireAsync(string path, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        TimeSpan pause = FirstPause;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryAcquire(path) is { } acquired)
                return acquired;
            if (time.GetElapsedTime(start) >= patience)
                return null;

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Takes the lock unless another holds it.</summary>
    /// <exception cref="IOException">The file can't be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made.</exception>
    public static FileLock? TryAcquire(string path)
    {
        FileStream? stream = TryOpen(path);
        try
        {
            if (stream is null || !IsStillThere(stream))
                return null;
            var acquired = new FileLock(stream);
            stream = null;
            return acquired;
        }
        finally
        {
            stream?.Dispose();
        }
    }

    public void Dispose()
    {
        // By then the file of this name may be another's.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;

        // While it is still locked: whoever opened it meanwhile finds that it is no longer there, and opens a new one.
        try
        {
            if (!OperatingSystem.IsWindows())
                File.Delete(_stream.Name);
        }
        finally
        {
            _stream.Dispose();
        }
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.None,
                Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None,
            });
        }
        catch (IOException e) when (HeldByAnother.Contains(e.HResult))
        {
            return null;
        }
    }

    // Between opening and locking, the holder before may have removed the file: then the name is gone or another's.
    private static bool IsStillThere(FileStream stream)
    {
        if (OperatingSystem.IsWindows())
            return true;
        int token = RandomNumberGenerator.GetInt32(1, LongestToken);
        stream.SetLength(token);
        var named = new FileInfo(stream.Name);
        return named.Exists && named.Length == token;
    }
}
