namespace Varai.Configuration;

/// <summary>Tells when something in a folder of configuration files may have changed. It sees what an editor, a deployment or
/// a Kubernetes ConfigMap does: writes, renames over, and the swap of the <c>..data</c> link; where the operating system sends
/// nothing, it compares the files' sizes and times.</summary>
internal sealed class ConfigurationWatcher : IDisposable
{
    private readonly string _folder;
    private readonly Action _changed;
    private readonly ITimer _poll;
    private readonly FileSystemWatcher? _system;
    private string _fingerprint;

    public ConfigurationWatcher(string folder, TimeSpan pollInterval, TimeProvider time, Action changed)
    {
        _folder = folder;
        _changed = changed;
        _fingerprint = Fingerprint();
        try
        {
            _system = new FileSystemWatcher(folder)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size | NotifyFilters.CreationTime,
            };
            _system.Changed += OnSystemEvent;
            _system.Created += OnSystemEvent;
            _system.Deleted += OnSystemEvent;
            _system.Renamed += OnSystemEvent;
            _system.Error += (_, e) =>
            {
                // Notifications were lost.
                Failure = e.GetException();
                changed();
            };
            _system.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // Out of inotify handles, or a folder that vanished: comparing goes on.
            Failure = e;
        }

        _poll = time.CreateTimer(static state => ((ConfigurationWatcher)state!).Poll(), this, pollInterval, pollInterval);
    }

    /// <summary>Why the operating system's notifications can't be relied on; <see langword="null"/> while they can.</summary>
    public Exception? Failure { get; private set; }

    public void Dispose()
    {
        _poll.Dispose();
        _system?.Dispose();
    }

    private void OnSystemEvent(object sender, FileSystemEventArgs e) => _changed();

    private void Poll()
    {
        string now = Fingerprint();
        if (Interlocked.Exchange(ref _fingerprint, now) != now)
            _changed();
    }

    // The components' schemas too: a document that a schema refused is read again when the schema was mended.
    private IEnumerable<string> Files()
    {
        string schemas = Path.Combine(_folder, SchemaGate.ComponentFolder);
        IEnumerable<string> files = Directory.EnumerateFiles(_folder);
        return Directory.Exists(schemas) ? files.Concat(Directory.EnumerateFiles(schemas)) : files;
    }

    private string Fingerprint()
    {
        try
        {
            IEnumerable<string> files = Files().Order(StringComparer.Ordinal).Select(path =>
            {
                // A link's own time does not change when its target does.
                FileSystemInfo file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
                long length = file is FileInfo { Exists: true } info ? info.Length : -1;
                return $"{path}|{file.FullName}|{length}|{file.LastWriteTimeUtc.Ticks}";
            });
            return string.Join('\n', files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"unreadable: {e.GetType().Name}";
        }
    }
}
