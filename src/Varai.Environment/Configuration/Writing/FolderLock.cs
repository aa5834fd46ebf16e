namespace Varai.Configuration.Writing;

/// <summary>Lets one process at a time change the files of a folder: a file beside them, locked while it is there. The operating
/// system frees it when a process dies. People and their editors know nothing of it.</summary>
internal sealed class FolderLock : IDisposable
{
    // The leading dot and the ending keep it out of the layers.
    private const string FileName = ".varai.lock";
    private const int LongestToken = 1_000_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // EAGAIN of Linux, of macOS, and Windows' sharing violation.
    private static readonly int[] HeldByAnother = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _stream;

    private FolderLock(FileStream stream) => _stream = stream;

    /// <summary>Waits for the lock.</summary>
    /// <exception cref="ConfigurationException">The folder can't be written, or another process kept the lock for 30 seconds.</exception>
    public static async Task<FolderLock> AcquireAsync(
        string folder, string displayPath, TimeProvider time, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, FileName);
        long start = time.GetTimestamp();
        TimeSpan pause = FirstPause;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            FolderLock? acquired = TryAcquire(path, displayPath);
            if (acquired is not null)
                return acquired;
            if (time.GetElapsedTime(start) >= Patience)
            {
                throw new ConfigurationException(
                    $"The files in {displayPath} can't be changed: another process has been changing them for {Patience.TotalSeconds} seconds. "
                    + "Nothing was changed; try again.",
                    [])
                {
                    IsTransient = true,
                };
            }

            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    public void Dispose()
    {
        // While it is still locked: whoever opened it meanwhile finds that it is no longer there, and opens a new one.
        if (!OperatingSystem.IsWindows())
            File.Delete(_stream.Name);
        _stream.Dispose();
    }

    private static FolderLock? TryAcquire(string path, string displayPath)
    {
        FileStream? stream = TryOpen(path, displayPath);
        try
        {
            if (stream is null || !IsStillThere(stream))
                return null;
            var acquired = new FolderLock(stream);
            stream = null;
            return acquired;
        }
        finally
        {
            stream?.Dispose();
        }
    }

    private static FileStream? TryOpen(string path, string displayPath)
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"The files in {displayPath} can't be changed: {e.Message} Let the user that runs the service write to the folder.", [], e);
        }
    }

    // Between opening and locking, the holder before may have removed the file: then the name is gone or another's.
    private static bool IsStillThere(FileStream stream)
    {
        if (OperatingSystem.IsWindows())
            return true;
        int token = System.Security.Cryptography.RandomNumberGenerator.GetInt32(1, LongestToken);
        stream.SetLength(token);
        var named = new FileInfo(stream.Name);
        return named.Exists && named.Length == token;
    }
}
