namespace Varai.Configuration.Writing;

/// <summary>Lets one process at a time change the files of a folder. People and their editors know nothing of it.</summary>
internal static class FolderLock
{
    // The leading dot and the ending keep it out of the layers.
    private const string FileName = ".varai.lock";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits for the lock.</summary>
    /// <exception cref="ConfigurationException">The folder can't be written, or another process kept the lock for 30 seconds.</exception>
    public static async Task<FileLock> AcquireAsync(
        string folder, string displayPath, TimeProvider time, CancellationToken cancellationToken)
    {
        FileLock? acquired;
        try
        {
            acquired = await FileLock.AcquireAsync(Path.Combine(folder, FileName), Patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"The files in {displayPath} can't be changed: {e.Message} Let the user that runs the service write to the folder.", [], e);
        }

        return acquired ?? throw new ConfigurationException(
            $"The files in {displayPath} can't be changed: another process has been changing them for {Patience.TotalSeconds} seconds. "
            + "Nothing was changed; try again.",
            [])
        {
            IsTransient = true,
        };
    }
}
