using System.Runtime.CompilerServices;
using System.Text.Json;
using SQLitePCL;

namespace Varai.Data.Databases;

/// <summary>A database as a copy of its pages, taken at one moment.</summary>
internal sealed class SqliteWholeCapture : IDataCapture
{
    public const string Format = "sqlite/1";

    private const string Use = "capture";
    private const int PagesPerStep = 1024;
    private const int BufferSize = 128 * 1024;

    private readonly string _component;
    private readonly string _copy;
    private readonly FileLock _lock;
    private readonly TimeSpan _busyTimeout;

    private SqliteWholeCapture(string component, string copy, FileLock held, TimeSpan busyTimeout, DataManifest manifest)
    {
        _component = component;
        _copy = copy;
        _lock = held;
        _busyTimeout = busyTimeout;
        Manifest = manifest;
    }

    public DataManifest Manifest { get; }

    /// <summary>Copies a database that is open for reading, beside it: nobody else may read what is in it.</summary>
    public static SqliteWholeCapture Open(
        string component, SqliteFile file, string path, string id, TimeSpan busyTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        RemoveLeftovers(path);
        string copy = DataNames.Beside(path, Use, id);
        FileLock held = FileLock.TryAcquire(copy + ".lock")
            ?? throw new DataComponentException(component, $"Somebody else is copying '{path}' in the same attempt.") { IsTransient = true };
        try
        {
            DateTimeOffset takenAt = time.GetUtcNow();
            PrivateFile.Create(copy);
            using (SqliteFile target = SqliteFile.Open(component, copy, isNew: false, busyTimeout))
            {
                target.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
                Copy(file, target, cancellationToken);
            }

            var manifest = new DataManifest(component, Format, takenAt, IsSnapshot: true, Items: 2, new FileInfo(copy).Length);
            return new SqliteWholeCapture(component, copy, held, busyTimeout, manifest);
        }
        catch
        {
            File.Delete(copy);
            held.Dispose();
            throw;
        }
    }

    public async IAsyncEnumerable<DataItem> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        yield return new DataItem("database", DataItemKind.Database) { Length = Manifest.Bytes };
        yield return new DataItem("checks", DataItemKind.Checks);
        await Task.CompletedTask.ConfigureAwait(false);
    }

    public async Task<Stream> OpenAsync(DataItem item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        cancellationToken.ThrowIfCancellationRequested();
        if (item.Kind == DataItemKind.Database)
            return new FileStream(_copy, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferSize, useAsync: false);
        DatabaseChecks checks = await Task.Run(() => ReadChecks(cancellationToken), cancellationToken).ConfigureAwait(false);
        return new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(checks, DatabaseJson.Default.DatabaseChecks), writable: false);
    }

    public ValueTask DisposeAsync()
    {
        SqliteLeftovers.Delete(_copy);
        _lock.Dispose();
        return ValueTask.CompletedTask;
    }

    private DatabaseChecks ReadChecks(CancellationToken cancellationToken)
    {
        using SqliteFile file = SqliteFile.Open(_component, _copy, isNew: false, _busyTimeout);
        return new DatabaseChecks(SqliteSource.Fingerprint(_component, file, cancellationToken));
    }

    // In steps, so that it can be cancelled; the read transaction of the source keeps the moment.
    private static void Copy(SqliteFile source, SqliteFile target, CancellationToken cancellationToken)
    {
        using sqlite3_backup backup = raw.sqlite3_backup_init(target.Handle, "main", source.Handle, "main");
        if (backup.IsInvalid)
            throw target.Fail(raw.sqlite3_errcode(target.Handle), raw.sqlite3_errmsg(target.Handle).utf8_to_string());
        int result;
        while ((result = raw.sqlite3_backup_step(backup, PagesPerStep)) == raw.SQLITE_OK)
            cancellationToken.ThrowIfCancellationRequested();
        if (result != raw.SQLITE_DONE)
            throw target.Fail(result, raw.sqlite3_errstr(result).utf8_to_string());
    }

    // A copy whose lock is free belongs to a process that died.
    private static void RemoveLeftovers(string path)
    {
        foreach (string left in DataNames.FindBeside(path, Use).Where(f => f[^1] is not ('k' or 'l' or 'm')).ToList())
        {
            using FileLock? free = FileLock.TryAcquire(left + ".lock");
            if (free is not null)
                SqliteLeftovers.Delete(left);
        }
    }
}
