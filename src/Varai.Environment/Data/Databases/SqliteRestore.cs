using System.Globalization;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Varai.Data.Databases;

/// <summary>A database being built beside the one it will replace.</summary>
internal sealed class SqliteRestore : IDataRestore
{
    private const string Use = "new";
    private const int BufferSize = 128 * 1024;

    private readonly string _component;
    private readonly string _target;
    private readonly string _aside;
    private readonly FileLock _lock;
    private readonly TimeSpan _busyTimeout;
    private readonly Dictionary<string, (long Rows, string Fingerprint)> _expected = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TableLayout> _tables = new(StringComparer.Ordinal);
    private SqliteFile? _file;
    private DatabaseSchema? _schema;
    private bool _isWhole;
    private int _isDisposed;

    private SqliteRestore(string component, string target, string aside, FileLock held, TimeSpan busyTimeout)
    {
        _component = component;
        _target = target;
        _aside = aside;
        _lock = held;
        _busyTimeout = busyTimeout;
    }

    // One file has one writer.
    public int MaximumParallelism => 1;

    public static SqliteRestore Open(string component, string target, string id, TimeSpan busyTimeout)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            FileLock held = FileLock.TryAcquire(DataNames.Lock(target))
                ?? throw new DataComponentException(component, $"Somebody else is restoring '{target}'. Try again later.") { IsTransient = true };
            try
            {
                // A new snapshot may be another: nothing of an earlier attempt is used.
                foreach (string left in DataNames.FindBeside(target, Use).ToList())
                    File.Delete(left);
                string aside = DataNames.Beside(target, Use, id);
                PrivateFile.Create(aside);
                return new SqliteRestore(component, target, aside, held, busyTimeout);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataComponentException(component, $"The place of the database '{target}' can't be written: {e.Message}", e);
        }
    }

    public ValueTask<DataItemResult?> FindAsync(DataItem item, DataItemResult? earlier, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        cancellationToken.ThrowIfCancellationRequested();
        if (item is { Kind: DataItemKind.Database, Length: { } length } && FreeSpace.Missing(Path.GetDirectoryName(_target)!, length) is > 0 and var missing)
        {
            throw new DataComponentException(
                _component,
                string.Create(CultureInfo.InvariantCulture, $"'{_target}' can't be written: its disk has no room for the {length} bytes of the database, {missing} are missing. Nothing was written."))
            {
                IsTransient = true,
            };
        }

        return ValueTask.FromResult<DataItemResult?>(null);
    }

    public async Task<DataItemResult> WriteAsync(DataItem item, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(content);
        try
        {
            switch (item.Kind)
            {
                case DataItemKind.Database:
                    _isWhole = true;
                    await WriteWholeAsync(content, cancellationToken).ConfigureAwait(false);
                    return new DataItemResult(item, DataItemOutcome.Copied, item.Length ?? 0);
                case DataItemKind.Checks:
                    DatabaseChecks checks = await ReadAsync(content, DatabaseJson.Default.DatabaseChecks, cancellationToken).ConfigureAwait(false);
                    foreach (DataFingerprint table in checks.Tables)
                        _expected.Add(table.Name, (table.Count, table.Hash));
                    return new DataItemResult(item, DataItemOutcome.Copied, 0);
                case DataItemKind.Schema:
                    _schema = await ReadAsync(content, DatabaseJson.Default.DatabaseSchema, cancellationToken).ConfigureAwait(false);
                    CreateTables(_schema);
                    return new DataItemResult(item, DataItemOutcome.Copied, 0);
                case DataItemKind.Table when _tables.TryGetValue(item.Name, out TableLayout? table):
                    var writer = new TableWriter(_component, _file!, table, FindIndexed(table.Name));
                    (long rows, string fingerprint) = await writer.WriteAsync(content, cancellationToken).ConfigureAwait(false);
                    _expected.Add(item.Name, (rows, fingerprint));
                    return new DataItemResult(item, DataItemOutcome.Copied, 0) { Rows = rows, Fingerprint = fingerprint };
                default:
                    throw new DataComponentException(_component, $"A SQLite database can't take '{item.Name}', which is a {item.Kind}, here.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }
        catch (Microsoft.Data.Sqlite.SqliteException e)
        {
            throw new DataComponentException(_component, $"The new database for '{_target}' can't be written: {e.Message}", e) { IsTransient = true };
        }
    }

    public async Task<DataRestoreResult> CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await Task.Run(() => Replace(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(e);
        }
    }

    public ValueTask DisposeAsync()
    {
        // By then what lies aside under this id may be another attempt's.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return ValueTask.CompletedTask;
        _file?.Dispose();
        SqliteLeftovers.Delete(_aside);
        _lock.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task WriteWholeAsync(Stream content, CancellationToken cancellationToken)
    {
        var file = new FileStream(_aside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1, useAsync: false);
        await using (file.ConfigureAwait(false))
            await content.CopyToAsync(file, BufferSize, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<T> ReadAsync<T>(
        Stream content, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class =>
        await JsonSerializer.DeserializeAsync(content, type, cancellationToken).ConfigureAwait(false)
        ?? throw new JsonException("The content is null.");

    private void CreateTables(DatabaseSchema schema)
    {
        _file = SqliteFile.Open(_component, _aside, isNew: false, _busyTimeout);
        _file.Execute(SqliteSource.Pragmas(schema));

        // Nobody reads the file before it is complete and synchronised, so until then it needs no journal.
        _file.Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = OFF; BEGIN");
        foreach (DatabaseObject table in schema.Objects.Where(o => o.Type == "table"))
            _file.Execute(table.Sql);
        foreach (TableLayout table in TableLayout.ReadAll(_file))
            _tables.Add(table.Name, table);
    }

    private HashSet<string> FindIndexed(string table)
    {
        var columns = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        using SqliteRows rows = _file!.Prepare("SELECT i.name FROM pragma_index_list(?1) AS l, pragma_index_info(l.name) AS i WHERE i.name IS NOT NULL");
        rows.Bind(1, table);
        while (rows.Step())
            columns.Add(rows.GetText(0));
        return columns;
    }

    private DataRestoreResult Replace(CancellationToken cancellationToken)
    {
        if (!_isWhole && _schema is null)
            throw new DataComponentException(_component, "There is no database in the capture.");
        _file ??= SqliteFile.Open(_component, _aside, isNew: false, _busyTimeout);
        Verify(cancellationToken);
        var notes = new List<string>();
        if (_schema is { } schema)
            Finish(schema, notes);
        List<DataFingerprint> tables = SqliteSource.Fingerprint(_component, _file, cancellationToken);
        string integrity = _file.ReadText("PRAGMA integrity_check(1)");
        if (integrity != "ok")
            throw new DataComponentException(_component, $"The new database for '{_target}' is not sound: {(_isWhole ? "the source is damaged, or the disk of the target" : "check the disk of the target")}.");
        Close();
        cancellationToken.ThrowIfCancellationRequested();
        Swap();
        return new DataRestoreResult(HasChanged: true)
        {
            Tables = [.. tables.Select(t => new DataTableReport(t.Name, _expected.TryGetValue(t.Name, out var e) ? e.Rows : t.Count, t.Count, t.Hash))],
            Notes = notes,
        };
    }

    private void Verify(CancellationToken cancellationToken)
    {
        var found = SqliteSource.Fingerprint(_component, _file!, cancellationToken).ToDictionary(t => t.Name, StringComparer.Ordinal);
        foreach ((string name, (long rows, string fingerprint)) in _expected)
        {
            if (!found.TryGetValue(name, out DataFingerprint? table))
                throw new DataComponentException(_component, $"The table '{name}' did not arrive in the new database for '{_target}'.");
            if (table.Count != rows || table.Hash != fingerprint)
            {
                throw new DataComponentException(_component, string.Create(CultureInfo.InvariantCulture,
                    $"The table '{name}' is not in the new database for '{_target}' what it was in the source: {rows} rows with the fingerprint {fingerprint} were sent, {table.Count} with {table.Hash} are there."));
            }
        }
    }

    // Keys and indexes last, since building one at once is faster; triggers after the rows, which must not fire them.
    private void Finish(DatabaseSchema schema, List<string> notes)
    {
        if (schema.IsSubset)
            DropOrphans(notes);
        foreach (DatabaseObject other in schema.Objects.Where(o => o.Type != "table").OrderBy(o => o.Type switch { "index" => 0, "view" => 1, _ => 2 }))
            _file!.Execute(other.Sql);
        foreach ((string table, long number) in schema.Sequences)
            SetSequence(table, number);
        foreach ((string table, long count) in SqliteSource.FindBrokenReferences(_file!))
        {
            if (count > schema.BrokenReferences.GetValueOrDefault(table))
            {
                throw new DataComponentException(_component, string.Create(CultureInfo.InvariantCulture,
                    $"In the new database for '{_target}', {count} rows of {table} refer to rows that are not there: columns that refer to each other need the same masking rule."));
            }
        }
    }

    private void SetSequence(string table, long number)
    {
        // The masked keys may be larger than any that was given away.
        using SqliteRows update = _file!.Prepare("UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1");
        update.Bind(1, table);
        update.Bind(2, number);
        update.Step();
        using SqliteRows insert = _file.Prepare("INSERT INTO sqlite_sequence (name, seq) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)");
        insert.Bind(1, table);
        insert.Bind(2, number);
        insert.Step();
    }

    // A row that is dropped may be the parent of others, so until nothing changes any more.
    private void DropOrphans(List<string> notes)
    {
        List<ForeignKey> keys = ForeignKey.ReadAll(_file!, _tables.Keys);
        var dropped = new SortedDictionary<string, long>(StringComparer.Ordinal);
        long before;
        do
        {
            before = dropped.Values.Sum();
            foreach (ForeignKey key in keys)
            {
                _file!.Execute(key.DeleteOrphans(_tables.ContainsKey(key.Parent)));
                long count = _file.ReadInt64("SELECT changes()");
                if (count > 0)
                    dropped[key.Table] = dropped.GetValueOrDefault(key.Table) + count;
            }
        }
        while (dropped.Values.Sum() > before);

        notes.AddRange(dropped.Select(d => string.Create(
            CultureInfo.InvariantCulture, $"{d.Value} rows of {d.Key} were dropped, since they refer to rows that were left out.")));
    }

    private void Close()
    {
        if (_schema is not null)
            _file!.Execute("COMMIT");
        if (_schema is { IsWriteAhead: true })
            _ = _file!.ReadText("PRAGMA journal_mode = WAL");
        _file!.Dispose();
        _file = null;
        foreach (string companion in SqliteLeftovers.Companions)
            File.Delete(_aside + companion);
        using SafeFileHandle handle = File.OpenHandle(_aside, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    private void Swap()
    {
        if (File.Exists(_target))
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(_aside, File.GetUnixFileMode(_target));
            Quiesce();
        }

        // What is beside a database that is not there would be taken for part of the new one.
        foreach (string companion in SqliteLeftovers.Companions)
            File.Delete(_target + companion);
        File.Move(_aside, _target, overwrite: true);
        using SafeFileHandle handle = File.OpenHandle(_target, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _ = Native.TrySync(handle);
    }

    // Brings what is in the log into the file and removes the log, which SQLite does only when nobody else has the database open.
    private void Quiesce()
    {
        using SqliteFile old = SqliteFile.Open(_component, _target, isNew: false, _busyTimeout);
        string mode = old.ReadText("PRAGMA journal_mode = DELETE");
        if (mode != "delete")
            throw new DataComponentException(_component, $"The database '{_target}' is in use: stop whoever uses it.") { IsTransient = true };
        old.Execute("BEGIN EXCLUSIVE; ROLLBACK");
    }

    private DataComponentException Failed(Exception e) =>
        new(_component, $"The new database for '{_target}' can't be written: {e.Message}", e);
}
