using Microsoft.Extensions.Logging;

namespace Varai.Secrets;

/// <summary>Tells of changes in a folder that may not exist yet, and that may be deleted and made again.</summary>
/// <remarks>The system does not say when a watched folder vanishes, so the folder above is watched for its name too. Where the
/// notifications of the system fail, the log says so and changes are seen when the cache asks again.</remarks>
internal sealed class FolderWatcher : IDisposable
{
    private readonly string _folder;
    private readonly string _filter;
    private readonly bool _recursive;
    private readonly ILogger _logger;
    private readonly Action<FileSystemEventArgs?> _changed;

    // Guards what follows; nothing of the caller's runs under it.
    private readonly Lock _gate = new();
    private FileSystemWatcher? _inside;
    private FileSystemWatcher? _above;
    private bool _disposed;

    /// <summary>Starts watching.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="filter">Which entries: <c>*</c> for all.</param>
    /// <param name="recursive">Whether the folders in it count too.</param>
    /// <param name="logger">Is told when notifications fail.</param>
    /// <param name="changed">Called with what happened, or null when anything may have.</param>
    public FolderWatcher(string folder, string filter, bool recursive, ILogger logger, Action<FileSystemEventArgs?> changed)
    {
        _folder = folder;
        _filter = filter;
        _recursive = recursive;
        _logger = logger;
        _changed = changed;
        Restart();
    }

    public void Dispose()
    {
        FileSystemWatcher? inside, above;
        lock (_gate)
        {
            _disposed = true;
            (inside, above, _inside, _above) = (_inside, _above, null, null);
        }

        inside?.Dispose();
        above?.Dispose();
    }

    // Watches what is there; asks again afterwards, because it may have come or gone before the watch began.
    private void Restart()
    {
        string? watched = null;
        while (FirstExisting() is { } existing && existing != watched)
        {
            watched = existing;
            FileSystemWatcher? above = existing == _folder ? WatchFor(_folder) : WatchFor(NextAfter(existing));
            FileSystemWatcher? inside = existing == _folder ? Start(() => new FileSystemWatcher(_folder, _filter) { IncludeSubdirectories = _recursive }, OnInside) : null;
            FileSystemWatcher? oldInside, oldAbove;
            lock (_gate)
            {
                (oldInside, oldAbove) = _disposed ? (inside, above) : (_inside, _above);
                if (!_disposed)
                    (_inside, _above) = (inside, above);
            }

            oldInside?.Dispose();
            oldAbove?.Dispose();
        }
    }

    private FileSystemWatcher? WatchFor(string path) => Path.GetDirectoryName(path) is { } above
        ? Start(() => new FileSystemWatcher(above, Path.GetFileName(path)) { NotifyFilter = NotifyFilters.DirectoryName | NotifyFilters.FileName }, OnAbove)
        : null;

    private FileSystemWatcher? Start(Func<FileSystemWatcher> create, Action<FileSystemEventArgs?> raise)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = create();
            FileSystemEventHandler handler = (_, e) => raise(e);
            watcher.Changed += handler;
            watcher.Created += handler;
            watcher.Deleted += handler;
            watcher.Renamed += (_, e) => raise(e);
            watcher.Error += (_, _) => OnAbove(null);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // The folder vanished, which the loop above notices, or the system has no more handles.
            watcher?.Dispose();
            if (Directory.Exists(_folder))
                _logger.SecretWatchFailed(_folder, e.Message);
            return null;
        }
    }

    private void OnInside(FileSystemEventArgs? change) => Raise(change);

    // The folder or one above it came or went, or notifications were lost.
    private void OnAbove(FileSystemEventArgs? change)
    {
        if (change?.ChangeType == WatcherChangeTypes.Changed)
            return;
        Restart();
        Raise(null);
    }

    private void Raise(FileSystemEventArgs? change)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
        }

        _changed(change);
    }

    private string? FirstExisting()
    {
        string? folder = _folder;
        while (folder is not null && !Directory.Exists(folder))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }

    private string NextAfter(string existing)
    {
        string next = _folder;
        while (Path.GetDirectoryName(next) is { } above && above != existing)
            next = above;
        return next;
    }
}
