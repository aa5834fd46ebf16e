using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;
using Varai.Data;
using Varai.PostgreSql.Data.Catalog;
using Varai.PostgreSql.Data.Rows;

namespace Varai.PostgreSql.Data;

/// <summary>A database's schemas table by table. Every connection sees the same exported snapshot.</summary>
internal sealed class PostgreSqlCapture : IDataCapture
{
    public const string Format = "postgresql-tables/1";
    public const string SchemaItem = "schema";

    private readonly string _component;
    private readonly DataDatabase _database;
    private readonly NpgsqlConnection _keeper;
    private readonly string _snapshot;
    private readonly string[] _schemas;
    private readonly CatalogView _view;
    private readonly IDataMasker? _masker;
    private readonly ConcurrentBag<NpgsqlConnection> _free = [];

    private PostgreSqlCapture(
        string component, DataDatabase database, NpgsqlConnection keeper, string snapshot, string[] schemas, CatalogView view, IDataMasker? masker, DataManifest manifest)
    {
        _component = component;
        _database = database;
        _keeper = keeper;
        _snapshot = snapshot;
        _schemas = schemas;
        _view = view;
        _masker = masker;
        Manifest = manifest;
    }

    public DataManifest Manifest { get; }

    /// <summary>Takes over the database.</summary>
    public static async Task<PostgreSqlCapture> OpenAsync(
        string component, DataDatabase database, string[] schemas, int parallelism, IDataMasker? masker, TimeProvider time, CancellationToken cancellationToken)
    {
        NpgsqlConnection keeper = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Locked before the snapshot is taken: tables that are rewritten in between would look empty.
            List<string?[]> names = await database.QueryAsync(
                keeper,
                "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1) AND c.relkind = 'r' ORDER BY 1",
                cancellationToken,
                schemas).ConfigureAwait(false);
            await BeginAsync(database, keeper, cancellationToken).ConfigureAwait(false);
            await database.ExecuteAsync(
                keeper, string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {(long)database.LockTimeout.TotalMilliseconds}"), "can't be read", cancellationToken).ConfigureAwait(false);
            if (names.Count > 0)
                await database.ExecuteAsync(keeper, $"LOCK TABLE {string.Join(", ", names.Select(n => $"ONLY {n[0]}"))} IN ACCESS SHARE MODE", "can't be read as a whole", cancellationToken).ConfigureAwait(false);
            string snapshot = (await database.ReadAsync(keeper, "SELECT pg_export_snapshot()", cancellationToken).ConfigureAwait(false))!;
            var reader = new SchemaReader(database, keeper, schemas, masker?.Policy);
            CatalogView view = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (masker is not null)
                MaskingCoverage.Check(component, view, reader.AllTables, masker);
            DataMaskingPolicy? policy = masker?.Policy;
            var manifest = new DataManifest(component, Format, time.GetUtcNow(), IsSnapshot: true, view.Tables.Count + 1, view.Tables.Sum(t => t.Bytes))
            {
                MaximumParallelism = parallelism,
                Notes =
                [
                    .. (policy?.Excluded ?? []).Select(t => $"The table {t} was left out."),
                    .. (policy?.Filters.Keys ?? Enumerable.Empty<string>()).Select(t => $"The table {t} was filtered."),
                    .. view.Notes,
                ],
            };
            return new PostgreSqlCapture(component, database, keeper, snapshot, schemas, view, masker, manifest);
        }
        catch
        {
            await keeper.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async IAsyncEnumerable<DataItem> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        yield return new DataItem(SchemaItem, DataItemKind.Schema);

        // The largest first, so that none of them is left over at the end alone.
        foreach (CatalogTable table in _view.Tables.OrderByDescending(t => t.Bytes).ThenBy(t => t.Item, StringComparer.Ordinal))
            yield return new DataItem(table.Item, DataItemKind.Table);
        await Task.CompletedTask.ConfigureAwait(false);
    }

    public async Task<Stream> OpenAsync(DataItem item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        cancellationToken.ThrowIfCancellationRequested();
        if (item.Kind == DataItemKind.Schema)
            return new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(_view.Schema, SchemaJson.Default.SchemaDocument), writable: false);
        CatalogTable table = _view.Tables.FirstOrDefault(t => t.Item == item.Name)
            ?? throw new DataComponentException(_component, $"There is no table '{item.Name}' in this capture.");
        NpgsqlConnection connection = await TakeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            string? filter = null;
            _masker?.Policy.Filters.TryGetValue(table.Item, out filter);
            StreamReader copy = await BeginCopyAsync(connection, table, filter, cancellationToken).ConfigureAwait(false);
            RowStream? stream = null;
            stream = new RowStream(_database, table.Item, copy, MaskingCoverage.MasksOf(table, _view.Types, _masker), ReleaseAsync);
            return stream;

            async ValueTask ReleaseAsync()
            {
                if (stream!.IsComplete)
                    _free.Add(connection);
                else
                    await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e) when (DataDatabase.IsOurs(e))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw _database.Failed($"can't be read, at the table '{table.Item}'", e);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NpgsqlConnection connection in _free)
            await connection.DisposeAsync().ConfigureAwait(false);
        await _keeper.DisposeAsync().ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Begins a COPY of a table's rows.</summary>
    public static async Task<StreamReader> BeginCopyAsync(NpgsqlConnection connection, CatalogTable table, string? filter, CancellationToken cancellationToken)
    {
        string columns = string.Join(", ", table.Stored.Select(c => DataDatabase.Quote(c.Name)));
        string rows = table.IsLargeObjects
            ? "(SELECT m.oid, coalesce(l.pageno, 0), coalesce(l.data, '') FROM pg_catalog.pg_largeobject_metadata m LEFT JOIN pg_catalog.pg_largeobject l ON l.loid = m.oid)"
            : filter is not null
                ? $"(SELECT {columns} FROM ONLY {table.QualifiedName} WHERE ({filter}\n))"
                : $"{table.QualifiedName}{(columns.Length > 0 ? $" ({columns})" : "")}";
        return (StreamReader)await connection.BeginTextExportAsync($"COPY {rows} TO STDOUT", cancellationToken).ConfigureAwait(false);
    }

    private static Task BeginAsync(DataDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken) =>
        database.ExecuteAsync(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", "can't be read", cancellationToken);

    private async Task<NpgsqlConnection> TakeAsync(CancellationToken cancellationToken)
    {
        if (_free.TryTake(out NpgsqlConnection? free))
            return free;
        NpgsqlConnection connection = await _database.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await BeginAsync(_database, connection, cancellationToken).ConfigureAwait(false);
            await _database.ExecuteAsync(connection, $"SET TRANSACTION SNAPSHOT {DataDatabase.Literal(_snapshot)}", "can't be read", cancellationToken).ConfigureAwait(false);

            // Filters are written by people, who leave schemas out.
            await _database.ExecuteAsync(connection, $"SET LOCAL search_path = {string.Join(", ", _schemas.Select(DataDatabase.Quote))}", "can't be read", cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
