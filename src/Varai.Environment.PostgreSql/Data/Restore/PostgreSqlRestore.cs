using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Npgsql;
using Varai.Data;
using Varai.PostgreSql.Data.Catalog;
using Varai.PostgreSql.Data.Rows;

namespace Varai.PostgreSql.Data.Restore;

/// <summary>Schemas being built beside those they will replace.</summary>
internal sealed class PostgreSqlRestore : IDataRestore
{
    // "varai" and what it locks: one migration at a time into a database.
    private const string LockKey = "8530765911520437604";
    private const string CantBuild = "can't take what was captured";
    private const int BufferSize = 128 * 1024;

    private readonly string _component;
    private readonly DataDatabase _database;
    private readonly NpgsqlConnection _owner;
    private readonly StagedSchemas _staged;
    private readonly Workers _workers;
    private readonly SemaphoreSlim _ownerGate = new(1, 1);
    private readonly ConcurrentDictionary<string, (long Rows, string Fingerprint)> _sent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SchemaTable> _tables = new(StringComparer.Ordinal);
    private SchemaDocument? _schema;
    private bool _isDone;

    private PostgreSqlRestore(string component, DataDatabase database, NpgsqlConnection owner, StagedSchemas staged, int parallelism)
    {
        _component = component;
        _database = database;
        _owner = owner;
        _staged = staged;
        _workers = new Workers(database, parallelism);
    }

    public int MaximumParallelism => _workers.Count;

    /// <summary>Takes over the database.</summary>
    public static async Task<PostgreSqlRestore> OpenAsync(
        string component, DataDatabase database, string[] schemas, string id, int parallelism, CancellationToken cancellationToken)
    {
        NpgsqlConnection owner = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await LockAsync(component, database, owner, cancellationToken).ConfigureAwait(false);
            var staged = new StagedSchemas(database, schemas, id);

            // A new snapshot may be another: nothing of an earlier attempt is used.
            await staged.RemoveAsync(owner, cancellationToken).ConfigureAwait(false);
            return new PostgreSqlRestore(component, database, owner, staged, parallelism);
        }
        catch
        {
            await owner.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask<DataItemResult?> FindAsync(DataItem item, DataItemResult? earlier, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<DataItemResult?>(null);
    }

    public async Task<DataItemResult> WriteAsync(DataItem item, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(content);
        if (item.Kind == DataItemKind.Schema && _schema is null)
        {
            SchemaDocument schema = await ReadSchemaAsync(content, cancellationToken).ConfigureAwait(false);
            await CreateAsync(schema, cancellationToken).ConfigureAwait(false);
            _schema = schema;
            return new DataItemResult(item, DataItemOutcome.Copied, 0);
        }

        if (item.Kind != DataItemKind.Table || !_tables.TryGetValue(item.Name, out SchemaTable? table))
            throw new DataComponentException(_component, $"A PostgreSQL database can't take '{item.Name}', which is a {item.Kind}, here.");
        (long rows, string fingerprint) = await LoadAsync(table, content, cancellationToken).ConfigureAwait(false);
        _sent[item.Name] = (rows, fingerprint);
        return new DataItemResult(item, DataItemOutcome.Copied, 0) { Rows = rows, Fingerprint = fingerprint };
    }

    public async Task<DataRestoreResult> CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SchemaDocument schema = _schema ?? throw new DataComponentException(_component, "There is no database in the capture.");
        if (_tables.Keys.FirstOrDefault(t => !_sent.ContainsKey(t)) is { } missing)
            throw new DataComponentException(_component, $"The table '{missing}' was not captured.");
        var notes = new List<string>();
        var found = new ConcurrentDictionary<string, DataFingerprint>(StringComparer.Ordinal);
        var keys = new KeyBuilder(_database, _staged, schema);
        Func<NpgsqlConnection, Task>[] verifications = [.. _tables.Values.Select(t => (Func<NpgsqlConnection, Task>)(c => VerifyAsync(c, t, found, cancellationToken)))];
        if (schema.IsSubset)
        {
            // What is dropped must not be in what was sent.
            await _workers.RunAsync(verifications, cancellationToken).ConfigureAwait(false);
            SortedDictionary<string, long> dropped = await new OrphanRemoval(_database, _staged, schema).RunAsync(_owner, cancellationToken).ConfigureAwait(false);
            notes.AddRange(dropped.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Value} rows of {d.Key} were dropped, since they refer to rows that were left out.")));
            await _workers.RunAsync([.. _tables.Values.Where(t => dropped.ContainsKey(t.Item)).Select(t => (Func<NpgsqlConnection, Task>)(async c => found[t.Item] = await ReadAsync(c, t, cancellationToken).ConfigureAwait(false)))], cancellationToken).ConfigureAwait(false);
            verifications = [];
        }

        // Indexes take the longest, so they come first; the tables are read beside them.
        await _workers.RunAsync([.. keys.Indexes(cancellationToken), .. verifications], cancellationToken).ConfigureAwait(false);
        await keys.AttachAsync(_owner, cancellationToken).ConfigureAwait(false);
        await keys.AddForeignKeysAsync(_owner, cancellationToken).ConfigureAwait(false);
        await _workers.RunAsync(keys.Validations(cancellationToken), cancellationToken).ConfigureAwait(false);
        string[] schemas = [.. _staged.Names];
        TargetRights rights = await TargetRights.ReadAsync(_database, _owner, schemas, cancellationToken).ConfigureAwait(false);
        notes.AddRange((await _database.QueryAsync(_owner, TargetQueries.Lost, cancellationToken, schemas).ConfigureAwait(false)).Select(r => r[0]!));
        await _staged.RunAsync(_owner, () => FinishAsync(schema, keys, rights, notes, cancellationToken), cancellationToken).ConfigureAwait(false);
        await SwapAsync(schema, cancellationToken).ConfigureAwait(false);
        return new DataRestoreResult(HasChanged: true)
        {
            Tables = [.. _tables.Keys.Order(StringComparer.Ordinal).Select(t => new DataTableReport(t, _sent[t].Rows, found[t].Count, found[t].Hash))],
            Notes = notes,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _workers.DisposeAsync().ConfigureAwait(false);
        try
        {
            if (!_isDone && _owner.State == System.Data.ConnectionState.Open)
                await _staged.RemoveAsync(_owner, CancellationToken.None).ConfigureAwait(false);
        }
        catch (DataComponentException)
        {
            // The next restore removes it; what went wrong first is thrown.
        }

        await _owner.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
        _ownerGate.Dispose();
    }

    // A session's lock: it is gone with its process. A session whose client is gone may still be busy for a moment.
    private static async Task LockAsync(string component, DataDatabase database, NpgsqlConnection owner, CancellationToken cancellationToken)
    {
        await database.ExecuteAsync(
            owner, string.Create(CultureInfo.InvariantCulture, $"SET lock_timeout = {(long)database.LockTimeout.TotalMilliseconds}"), "can't be locked", cancellationToken).ConfigureAwait(false);
        try
        {
            NpgsqlBatch batch = owner.CreateBatch();
            await using (batch.ConfigureAwait(false))
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand($"SELECT pg_advisory_lock({LockKey})"));
                await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new DataComponentException(component, $"Somebody else is restoring into {database.Name}. Try again later.") { IsTransient = true };
        }
        catch (Exception e) when (DataDatabase.IsOurs(e))
        {
            throw database.Failed("can't be locked", e);
        }
    }

    private async Task<SchemaDocument> ReadSchemaAsync(Stream content, CancellationToken cancellationToken)
    {
        try
        {
            SchemaDocument? schema = await JsonSerializer.DeserializeAsync(content, SchemaJson.Default.SchemaDocument, cancellationToken).ConfigureAwait(false);
            if (schema is { Version: 1 })
                return schema;
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new DataComponentException(_component, "The definitions of the tables can't be read.");
    }

    private async Task CreateAsync(SchemaDocument schema, CancellationToken cancellationToken)
    {
        await CheckExtensionsAsync(schema, cancellationToken).ConfigureAwait(false);
        await _staged.CreateAsync(_owner, cancellationToken).ConfigureAwait(false);
        if (!schema.Schemas.SequenceEqual(_staged.Names, StringComparer.Ordinal))
            throw _database.Failed($"The capture has the schemas {string.Join(", ", schema.Schemas)}, this component {string.Join(", ", _staged.Names)}.");
        await _staged.RunAsync(
            _owner,
            async () =>
            {
                foreach (SchemaStatement statement in schema.Before)
                    await _database.ExecuteAsync(_owner, statement.Sql, $"{CantBuild}, at the {statement.What}", cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        foreach (SchemaTable table in schema.Tables)
            _tables.Add(table.Item, table);
        if (!schema.HasLargeObjects)
            return;
        await _database.ExecuteAsync(_owner, $"CREATE SCHEMA {_staged.LargeObjects}", CantBuild, cancellationToken).ConfigureAwait(false);
        await _database.ExecuteAsync(_owner, $"CREATE TABLE {_staged.LargeObjects}.{CatalogTable.LargeObjects} (loid oid, pageno int, data bytea)", CantBuild, cancellationToken).ConfigureAwait(false);
        _tables.Add(CatalogTable.LargeObjects, new SchemaTable("", CatalogTable.LargeObjects, CatalogTable.LargeObjects, ["loid", "pageno", "data"]));
    }

    private async Task CheckExtensionsAsync(SchemaDocument schema, CancellationToken cancellationToken)
    {
        var installed = (await _database.QueryAsync(
            _owner, "SELECT e.extname::text, n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace", cancellationToken).ConfigureAwait(false))
            .ToDictionary(r => r[0]!, r => r[1]!, StringComparer.Ordinal);
        string[] missing = [.. schema.Extensions.Where(e => !installed.ContainsKey(e.Key)).Select(e => $"CREATE EXTENSION {DataDatabase.Quote(e.Key)} SCHEMA {DataDatabase.Quote(e.Value)}")];
        if (missing.Length > 0)
            throw _database.Failed($"Extensions that the source uses are not in {_database.Name}. Let an administrator run: {string.Join("; ", missing)}.");
        string[] elsewhere = [.. schema.Extensions.Where(e => installed[e.Key] != e.Value).Select(e => $"{e.Key} is in '{installed[e.Key]}', in the source in '{e.Value}'")];
        if (elsewhere.Length > 0)
            throw _database.Failed($"Extensions are in {_database.Name} in other schemas than in the source: {string.Join("; ", elsewhere)}. Move them with ALTER EXTENSION ... SET SCHEMA.");
    }

    private string NameOf(SchemaTable table) =>
        table.Schema.Length == 0 ? $"{_staged.LargeObjects}.{CatalogTable.LargeObjects}" : _staged.Table(table.Schema, table.Name);

    private async Task<(long Rows, string Fingerprint)> LoadAsync(SchemaTable table, Stream content, CancellationToken cancellationToken)
    {
        (long Rows, string Fingerprint) sent = default;
        if (table.IsBound)
        {
            await _ownerGate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                string name = $"{DataDatabase.Quote(table.Schema)}.{DataDatabase.Quote(table.Name)}";
                await _staged.RunAsync(_owner, async () => sent = await CopyAsync(_owner, table, name, content, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _ownerGate.Release();
            }

            return sent;
        }

        await _workers.UseAsync(
            async connection =>
            {
                await _database.ExecuteAsync(connection, "BEGIN", CantBuild, cancellationToken).ConfigureAwait(false);
                sent = await CopyAsync(connection, table, NameOf(table), content, cancellationToken).ConfigureAwait(false);
                await _database.ExecuteAsync(connection, "COMMIT", CantBuild, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        return sent;
    }

    private async Task<(long Rows, string Fingerprint)> CopyAsync(
        NpgsqlConnection connection, SchemaTable table, string name, Stream content, CancellationToken cancellationToken)
    {
        string columns = table.Columns.Count > 0 ? $" ({string.Join(", ", table.Columns.Select(DataDatabase.Quote))})" : "";
        byte[] buffer = new byte[BufferSize];
        int held = 0;
        try
        {
            // Emptied in the same transaction, so that rows can be written as nobody will ever see them otherwise.
            await _database.ExecuteAsync(connection, $"TRUNCATE {name}", CantBuild, cancellationToken).ConfigureAwait(false);
            TextWriter writer = await connection.BeginTextImportAsync($"COPY {name}{columns} FROM STDIN WITH (FREEZE)", cancellationToken).ConfigureAwait(false);
            var copy = (StreamWriter)writer;
            bool isComplete = false;
            try
            {
                // The end of what came may be the trailer, which is no row.
                for (int read; (read = await content.ReadAsync(buffer.AsMemory(held), cancellationToken).ConfigureAwait(false)) > 0;)
                {
                    held += read;
                    int ready = held - RowTrailer.Length;
                    if (ready < BufferSize / 2)
                        continue;
                    await copy.BaseStream.WriteAsync(buffer.AsMemory(0, ready), cancellationToken).ConfigureAwait(false);
                    buffer.AsSpan(ready, RowTrailer.Length).CopyTo(buffer);
                    held = RowTrailer.Length;
                }

                int last = held - RowTrailer.Length;
                if (last < 0 || RowTrailer.Read(buffer.AsSpan(last, RowTrailer.Length)) is not { } sent)
                    throw _database.Failed($"The rows of the table '{table.Item}' end too early.");
                if (last > 0)
                    await copy.BaseStream.WriteAsync(buffer.AsMemory(0, last), cancellationToken).ConfigureAwait(false);
                isComplete = true;
                await writer.DisposeAsync().ConfigureAwait(false);
                return sent;
            }
            catch when (!isComplete)
            {
                await CancelAsync(writer).ConfigureAwait(false);
                throw;
            }
        }
        catch (Exception e) when (DataDatabase.IsOurs(e))
        {
            throw _database.Failed($"can't take the rows of the table '{table.Item}'", e);
        }
    }

    private static async Task CancelAsync(TextWriter writer)
    {
        try
        {
            if (writer is NpgsqlCopyTextWriter copy)
                await copy.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (DataDatabase.IsOurs(e) || e is OperationCanceledException or InvalidOperationException)
        {
            // The connection is gone, or has ended the COPY itself; what went wrong first is thrown.
        }
    }

    private Task<DataFingerprint> ReadAsync(NpgsqlConnection connection, SchemaTable table, CancellationToken cancellationToken)
    {
        string schema = table.Schema.Length == 0 ? _staged.LargeObjects : _staged[table.Schema];
        var stored = new CatalogTable(schema, table.Name, table.Item, [.. table.Columns.Select(c => new CatalogColumn(c, "", 0, -1, IsNotNull: false, IsGenerated: false))], 0);
        return PostgreSqlDatabaseComponent.FingerprintAsync(_database, connection, stored, cancellationToken);
    }

    private async Task VerifyAsync(NpgsqlConnection connection, SchemaTable table, ConcurrentDictionary<string, DataFingerprint> found, CancellationToken cancellationToken)
    {
        DataFingerprint stored = await ReadAsync(connection, table, cancellationToken).ConfigureAwait(false);
        (long rows, string fingerprint) = _sent[table.Item];
        if (stored.Count != rows || stored.Hash != fingerprint)
        {
            throw _database.Failed(string.Create(CultureInfo.InvariantCulture,
                $"The table '{table.Item}' is not in {_database.Name} what it was in the source: {rows} rows with the fingerprint {fingerprint} were sent, {stored.Count} with {stored.Hash} are there."));
        }

        found[table.Item] = stored;
    }

    private async Task FinishAsync(SchemaDocument schema, KeyBuilder keys, TargetRights rights, List<string> notes, CancellationToken cancellationToken)
    {
        foreach (SchemaStatement statement in keys.Settings.Concat(schema.After))
            await _database.ExecuteAsync(_owner, statement.Sql, $"{CantBuild}, at the {statement.What}", cancellationToken).ConfigureAwait(false);
        IReadOnlyCollection<string> unknown = await rights.GiveAsync(_owner, schema.Grants, cancellationToken).ConfigureAwait(false);
        notes.AddRange(unknown.Select(r => $"The role {r} has rights in the source and is not known here; they were left out."));
    }

    private async Task SwapAsync(SchemaDocument schema, CancellationToken cancellationToken)
    {
        const string cantSwap = "can't be replaced";
        await _database.ExecuteAsync(_owner, "BEGIN", cantSwap, cancellationToken).ConfigureAwait(false);
        try
        {
            await LockOldAsync(cantSwap, cancellationToken).ConfigureAwait(false);
            string[] schemas = [.. _staged.Names];
            List<string?[]> outside = await _database.QueryAsync(_owner, TargetQueries.Outside, cancellationToken, schemas).ConfigureAwait(false);
            if (outside.Count > 0)
                throw _database.Failed($"In {_database.Name}, what is outside of the schemas {string.Join(", ", schemas)} depends on what is in them, and would be dropped: {string.Join("; ", outside.Select(o => o[0]))}. Drop it first, or move it too.");
            await _staged.ReplaceAsync(_owner, cancellationToken).ConfigureAwait(false);
            if (schema.HasLargeObjects)
            {
                foreach (string sql in TargetQueries.ReplaceLargeObjects($"{_staged.LargeObjects}.{CatalogTable.LargeObjects}"))
                    await _database.ExecuteAsync(_owner, sql, $"{cantSwap}, at the large objects", cancellationToken).ConfigureAwait(false);
                await _database.ExecuteAsync(_owner, $"DROP SCHEMA {_staged.LargeObjects} CASCADE", cantSwap, cancellationToken).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
        catch
        {
            await StagedSchemas.RollbackAsync(_owner).ConfigureAwait(false);
            throw;
        }

        // Once begun, it is finished.
        await _database.ExecuteAsync(_owner, "COMMIT", "may or may not have been replaced, since it did not answer when it was to commit", CancellationToken.None).ConfigureAwait(false);
        _isDone = true;
    }

    // All at once, so that no two who wait for each other meet in the middle.
    private async Task LockOldAsync(string what, CancellationToken cancellationToken)
    {
        List<string?[]> old = await _database.QueryAsync(
            _owner,
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p') ORDER BY 1",
            cancellationToken,
            [.. _staged.Names]).ConfigureAwait(false);
        if (old.Count > 0)
            await _database.ExecuteAsync(_owner, $"LOCK TABLE {string.Join(", ", old.Select(o => o[0]))} IN ACCESS EXCLUSIVE MODE", what, cancellationToken).ConfigureAwait(false);
    }
}
