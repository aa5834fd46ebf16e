using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Varai.State;

namespace Varai.Data.Files;

/// <summary>A tree of files being built beside the one it will replace.</summary>
internal sealed class FilesRestore : IDataRestore
{
    private readonly string _component;
    private readonly string _root;
    private readonly DataRestoreRequest _request;
    private readonly DataFilesOptions _options;
    private readonly FileRecord _record;
    private readonly FileLock _lock;
    private readonly StagedTree _staged;
    private readonly bool _canSync = Native.CanSync;
    private readonly Dictionary<string, DataItem> _source = new(StringComparer.Ordinal);

    // Files of the source by what they are now: those in the staged tree, and those that the target has although the record does
    // not say so. The target has all others as the record has them.
    private readonly ConcurrentDictionary<string, BlobId> _written = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BlobId> _recognised = new(StringComparer.Ordinal);
    // The target is looked at while the source is; whoever needs it waits.
    private readonly Task _looking;
    private readonly CancellationTokenSource _letGo = new();
    private int _isDisposed;

    // Looked at when the first file is written: by then all were looked for.
    private readonly Lazy<long> _lackingBytes;
    private long _neededBytes;
    private Dictionary<string, DataItem> _target = [];
    private Dictionary<string, (FileStatus Status, BlobId Hash)> _known = [];

    private FilesRestore(
        string component, string root, DataRestoreRequest request, DataFilesOptions options, FileRecord record, FileLock held, StagedTree staged)
    {
        _component = component;
        _root = root;
        _request = request;
        _options = options;
        _record = record;
        _lock = held;
        _staged = staged;
        _lackingBytes = new Lazy<long>(() => FreeSpace.Missing(staged.Tree, _neededBytes));
        _looking = Task.Run(LookAsync);
    }

    public int MaximumParallelism => _options.Parallelism;

    /// <summary>Begins to build. The caller holds the lock of the target, which is the restore's from here on.</summary>
    public static FilesRestore Open(
        string component, string root, DataRestoreRequest request, DataFilesOptions options, FileRecord record, FileLock held, ILogger logger)
    {
        StagedTree staged = StagedTree.Open(component, root, request.Id, options.Replacement, logger);
        return new FilesRestore(component, root, request, options, record, held, staged);
    }

    public async ValueTask<DataItemResult?> FindAsync(DataItem item, DataItemResult? earlier, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        cancellationToken.ThrowIfCancellationRequested();
        FileTree.ThrowIfOutside(_component, item.Name);
        if (item.Kind == DataItemKind.Link && !FileTree.IsInside(item.Name, item.LinkTarget ?? ""))
            throw new DataComponentException(_component, $"The link '{item.Name}' leads out of the folder of files, so it is not made.");
        if (item.Kind is not (DataItemKind.File or DataItemKind.Directory or DataItemKind.Link))
            throw new DataComponentException(_component, $"A folder of files can't take '{item.Name}', which is a {item.Kind}.");
        if (!_looking.IsCompletedSuccessfully)
            await _looking.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!_source.TryAdd(item.Name, item))
            throw new DataComponentException(_component, $"The path '{item.Name}' comes twice.");
        if (item.Kind != DataItemKind.File)
            return new DataItemResult(item, HasInTarget(item) ? DataItemOutcome.Unchanged : DataItemOutcome.Copied, 0);
        try
        {
            DataItemResult? found = FindFile(item, earlier, cancellationToken);
            _neededBytes += found is null ? item.Length ?? 0 : 0;
            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }
    }

    public async Task<DataItemResult> WriteAsync(DataItem item, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(content);
        if (_lackingBytes.Value is > 0 and var lacking)
        {
            throw new DataComponentException(_component, string.Create(CultureInfo.InvariantCulture,
                $"'{_root}' can't be written: its disk has no room for the {_neededBytes} bytes of the files that are to be copied, {lacking} are missing. Nothing was written."))
            {
                IsTransient = true,
            };
        }

        try
        {
            string path = _staged.Prepare(_component, item.Name);
            if (_staged.IsResumed)
                File.Delete(path);
            BlobId hash = await FileWriter.WriteAsync(_component, path, item, content, !_canSync, cancellationToken).ConfigureAwait(false);
            _written[item.Name] = hash;
            return new DataItemResult(item, DataItemOutcome.Copied, item.Length ?? 0) { Fingerprint = hash.ToString() };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }
    }

    public async Task<DataRestoreResult> CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _looking.WaitAsync(cancellationToken).ConfigureAwait(false);
        DataRestoreResult result = await Task.Run(() => Guard(() => Replace(cancellationToken)), cancellationToken).ConfigureAwait(false);

        // The files are in place: from here on the work is finished whatever the token says.
        await SaveRecordAsync(result.HasChanged).ConfigureAwait(false);
        _staged.Remove();
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _letGo.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _letGo.Dispose();
        _lock.Dispose();
    }

    private async Task LookAsync()
    {
        try
        {
            _known = await _record.LoadAsync(_root, _letGo.Token).ConfigureAwait(false);
            _target = new Dictionary<string, DataItem>(_known.Count, StringComparer.Ordinal);
            foreach (DataItem item in Directory.Exists(_root) ? FileTree.List(_root) : [])
            {
                // Nobody waits any more.
                if (_letGo.IsCancellationRequested)
                    return;
                _target.Add(item.Name, item);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataComponentException(_component, $"The folder '{_root}' can't be listed: {e.Message}", e);
        }

        _source.EnsureCapacity(_target.Count);
    }

    private DataItemResult? FindFile(DataItem item, DataItemResult? earlier, CancellationToken cancellationToken)
    {
        FileStatus status = FileStatus.Of(item);
        bool isSame = _target.TryGetValue(item.Name, out DataItem? there) && there.Kind == DataItemKind.File && FileStatus.Of(there) == status;
        if (isSame && !_request.VerifyContents && _known.TryGetValue(item.Name, out var known) && known.Status == status with { Mode = null })
        {
            return new DataItemResult(item, DataItemOutcome.Unchanged, status.Length) { Fingerprint = known.Hash.ToString() };
        }

        if (earlier is null || FileStatus.Of(earlier.Item) != status || !BlobId.TryParse(earlier.Fingerprint, out BlobId hash))
            return null;

        // The journal may know of what a loss of power took, so both are read.
        string staged = FileTree.Resolve(_component, _staged.Tree, item.Name);
        if (File.Exists(staged) && FileStatus.Of(new FileInfo(staged)) == status && FileWriter.HashOf(staged, cancellationToken) == hash)
        {
            _written[item.Name] = hash;
            return new DataItemResult(item, DataItemOutcome.Resumed, status.Length) { Fingerprint = hash.ToString() };
        }

        if (!isSame || FileWriter.HashOf(FileTree.Resolve(_component, _root, item.Name), cancellationToken) != hash)
            return null;
        Recognise(item, hash);
        return new DataItemResult(item, DataItemOutcome.Resumed, status.Length) { Fingerprint = hash.ToString() };
    }

    // The target has it, as was found by reading it.
    private void Recognise(DataItem item, BlobId hash)
    {
        if (!_known.TryGetValue(item.Name, out var known) || known.Hash != hash || known.Status != FileStatus.Of(item) with { Mode = null })
            _recognised[item.Name] = hash;
    }

    // A directory's time changes with its files; alone it is no reason to build a tree.
    private bool HasInTarget(DataItem item) => _target.TryGetValue(item.Name, out DataItem? there) && there.Kind == item.Kind
        && there.LinkTarget == item.LinkTarget && (item.Kind == DataItemKind.Link || item.Mode is null || there.Mode == item.Mode);

    private bool IsOfAnotherKind(DataItem item) => _source.TryGetValue(item.Name, out DataItem? wanted) && wanted.Kind != item.Kind;

    private DataRestoreResult Replace(CancellationToken cancellationToken)
    {
        List<DataItem> extras = [.. _target.Values.Where(i => !_source.ContainsKey(i.Name))];
        List<DataItem> blocked = [.. extras.Where(i => Ancestors(i.Name).Any(a => _source.TryGetValue(a, out DataItem? above) && above.Kind != DataItemKind.Directory))];
        if (blocked.Count > 0 && !_request.DeleteMissing)
        {
            throw new DataComponentException(_component,
                $"The target has '{blocked[0].Name}', but in the source '{Ancestors(blocked[0].Name).First(_source.ContainsKey)}' is no directory: allow removal with {nameof(DataMigrationRequest.DeleteMissing)}.");
        }

        long deleted = _request.DeleteMissing ? extras.Count(i => i.Kind != DataItemKind.Directory) : 0;
        ThrowIfTooMany(deleted);
        bool removes = _request.DeleteMissing && extras.Count > 0;
        DropIdenticalWrites(cancellationToken);
        bool hasChanged = !_written.IsEmpty || removes || !Directory.Exists(_root)
            || _source.Values.Any(i => i.Kind != DataItemKind.File && !HasInTarget(i));
        if (!hasChanged)
        {
            // What was put in place by an attempt that failed afterwards may not be durable.
            if (_recognised.Count > 0)
                SyncTarget();
            return new DataRestoreResult(HasChanged: false);
        }

        RemoveStale();
        List<DataItem> kept = _request.DeleteMissing ? [] : extras;
        if (_options.Replacement == DataFilesReplacement.Swap || !Directory.Exists(_root))
            BuildAndSwap(kept, cancellationToken);
        else
            ReplaceEach([.. removes ? extras : [], .. _target.Values.Where(IsOfAnotherKind)], cancellationToken);
        return new DataRestoreResult(HasChanged: true) { Deleted = deleted };
    }

    private void ThrowIfTooMany(long deleted)
    {
        long files = _target.Values.Count(i => i.Kind != DataItemKind.Directory);
        if (deleted > _options.MaximumDeletedShare * files)
        {
            throw new DataComponentException(_component, string.Create(CultureInfo.InvariantCulture,
                $"{deleted} of the {files} files of '{_root}' are not in the source and would be removed; at most {_options.MaximumDeletedShare:P1} may be. Look whether the source is the right one, or raise {nameof(DataFilesOptions.MaximumDeletedShare)}."));
        }
    }

    // Where contents were to be compared, all were written; those that the target has need no new tree.
    private void DropIdenticalWrites(CancellationToken cancellationToken)
    {
        foreach ((string name, BlobId hash) in _written.ToArray())
        {
            if (!_target.TryGetValue(name, out DataItem? there) || there.Kind != DataItemKind.File || FileStatus.Of(there) != FileStatus.Of(_source[name]))
                continue;
            string path = FileTree.Resolve(_component, _root, name);
            if (FileWriter.HashOf(path, cancellationToken) != hash)
                continue;
            _written.TryRemove(name, out _);
            Recognise(_source[name], hash);
            File.Delete(FileTree.Resolve(_component, _staged.Tree, name));
        }
    }

    // What an earlier attempt staged and this one does not want.
    private void RemoveStale()
    {
        if (!_staged.IsResumed)
            return;
        foreach (DataItem item in FileTree.List(_staged.Tree).Reverse().ToList())
        {
            string path = Path.Combine(_staged.Tree, item.Name);
            if (item.Kind == DataItemKind.Directory)
            {
                if (!Directory.EnumerateFileSystemEntries(path).Any())
                    Directory.Delete(path);
            }
            else if (item.Kind == DataItemKind.Link || !_written.ContainsKey(item.Name))
            {
                File.Delete(path);
            }
        }

        _staged.Forget();
    }

    private void BuildAndSwap(List<DataItem> kept, CancellationToken cancellationToken)
    {
        DataItem[] all = [.. _source.Values, .. kept];
        foreach (DataItem item in all.Where(i => i.Kind == DataItemKind.Directory))
            Directory.CreateDirectory(FileTree.Resolve(_component, _staged.Tree, item.Name));
        foreach (DataItem item in all.Where(i => i.Kind == DataItemKind.File && !_written.ContainsKey(i.Name)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string from = FileTree.Resolve(_component, _root, item.Name);
            string to = _staged.Prepare(_component, item.Name);
            if (!Native.TryLink(from, to))
            {
                File.Copy(from, to);
                File.SetLastWriteTimeUtc(to, File.GetLastWriteTimeUtc(from));
            }
        }

        MakeLinks(_staged.Tree, all);
        FinishDirectories(_staged.Tree, all);
        if (!OperatingSystem.IsWindows() && Directory.Exists(_root))
            File.SetUnixFileMode(_staged.Tree, File.GetUnixFileMode(_root));
        SyncStaged();
        cancellationToken.ThrowIfCancellationRequested();
        _staged.Swap();
        SyncTarget();
    }

    private void SyncStaged()
    {
        try
        {
            _staged.Sync();
        }
        catch (IOException e)
        {
            // The system has given up on what it could not write and would call the same files durable the next time.
            _staged.Remove();
            throw new DataComponentException(_component, $"The disk did not take the files for '{_root}': {e.Message}. Nothing was replaced.", e);
        }
    }

    private void SyncTarget()
    {
        try
        {
            _staged.Sync();
        }
        catch (IOException e)
        {
            throw new DataComponentException(_component, $"The files are in '{_root}', but the disk did not take their names: {e.Message}. See to the disk, then make the same request again.", e);
        }
    }

    private void ReplaceEach(List<DataItem> removed, CancellationToken cancellationToken)
    {
        SyncStaged();
        var safe = new HashSet<string>(StringComparer.Ordinal);
        foreach (DataItem item in removed.OrderByDescending(i => i.Name.Length))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string path = Place(item.Name, safe);
            if (item.Kind == DataItemKind.Directory)
                Directory.Delete(path);
            else
                File.Delete(path);
        }

        foreach (DataItem item in _source.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (item.Kind == DataItemKind.Directory)
                Directory.CreateDirectory(Place(item.Name + "/.", safe));
            else if (_written.ContainsKey(item.Name))
                File.Move(FileTree.Resolve(_component, _staged.Tree, item.Name), Place(item.Name, safe), overwrite: true);
        }

        DataItem[] links = [.. _source.Values.Where(i => i.Kind == DataItemKind.Link && !HasInTarget(i))];
        foreach (DataItem item in links)
            File.Delete(Place(item.Name, safe));
        MakeLinks(_root, links);
        FinishDirectories(_root, _source.Values);
        SyncTarget();
    }

    // The directories above must be real ones: through a link, a file would be written elsewhere.
    private string Place(string name, HashSet<string> safe)
    {
        foreach (string above in Ancestors(name).Reverse())
        {
            if (!safe.Add(above))
                continue;
            var folder = new DirectoryInfo(FileTree.Resolve(_component, _root, above));
            if (folder.LinkTarget is not null)
                throw new DataComponentException(_component, $"In the target '{above}' is a link, and a directory in the source: remove it.");
            folder.Create();
        }

        return Path.Combine(_root, name);
    }

    private void MakeLinks(string root, IEnumerable<DataItem> items)
    {
        foreach (DataItem item in items.Where(i => i.Kind == DataItemKind.Link))
        {
            string path = FileTree.Resolve(_component, root, item.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.CreateSymbolicLink(path, item.LinkTarget!);
        }
    }

    // From the inside to the outside: what is done in a directory changes its time, and may need rights that it then loses.
    private void FinishDirectories(string root, IEnumerable<DataItem> items)
    {
        foreach (DataItem item in items.Where(i => i.Kind == DataItemKind.Directory).OrderByDescending(i => i.Name.Count(c => c == '/')))
        {
            string path = FileTree.Resolve(_component, root, item.Name);
            if (item.Modified is { } modified)
                Directory.SetLastWriteTimeUtc(path, modified.UtcDateTime);
            if (!OperatingSystem.IsWindows() && item.Mode is { } mode)
                File.SetUnixFileMode(path, mode);
        }
    }

    private Task SaveRecordAsync(bool hasChanged)
    {
        if (!hasChanged && _recognised.Count == 0)
            return Task.CompletedTask;
        var files = new Dictionary<string, (FileStatus, BlobId)>(_source.Count, StringComparer.Ordinal);
        foreach (DataItem item in _source.Values.Where(i => i.Kind == DataItemKind.File))
        {
            FileStatus status = FileStatus.Of(item);
            if (_written.TryGetValue(item.Name, out BlobId hash) || _recognised.TryGetValue(item.Name, out hash))
                files.Add(item.Name, (status, hash));
            else if (_known.TryGetValue(item.Name, out var known) && known.Status == status with { Mode = null })
                files.Add(item.Name, known);
        }

        return _record.SaveAsync(_root, files, CancellationToken.None);
    }

    private static IEnumerable<string> Ancestors(string name)
    {
        for (int i = name.LastIndexOf('/'); i > 0; i = name.LastIndexOf('/', i - 1))
            yield return name[..i];
    }

    private T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }
    }

    private DataComponentException Failed(Exception e) => new(_component, $"The files of '{_root}' can't be written: {e.Message}", e);
}
