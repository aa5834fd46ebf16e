using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Varai.Data.Databases;

/// <summary>A database table by table, masked and filtered, within one read transaction.</summary>
internal sealed class SqliteTablesCapture : IDataCapture
{
    public const string Format = "sqlite-tables/1";

    private readonly string _component;
    private readonly SqliteFile _file;
    private readonly IDataMasker _masker;
    private readonly List<TableLayout> _tables;
    private readonly DatabaseSchema _schema;

    private SqliteTablesCapture(
        string component, SqliteFile file, IDataMasker masker, List<TableLayout> tables, DatabaseSchema schema, DataManifest manifest)
    {
        _component = component;
        _file = file;
        _masker = masker;
        _tables = tables;
        _schema = schema;
        Manifest = manifest;
    }

    public DataManifest Manifest { get; }

    /// <summary>Takes over a database that is open for reading.</summary>
    public static SqliteTablesCapture Open(string component, SqliteFile file, IDataMasker masker, TimeProvider time)
    {
        List<TableLayout> tables = TableLayout.ReadAll(file);
        MaskingCoverage.Check(component, file, tables, masker);
        DataMaskingPolicy policy = masker.Policy;
        tables.RemoveAll(t => policy.Excluded.Contains(t.Name, StringComparer.OrdinalIgnoreCase));
        DatabaseSchema schema = SqliteSource.ReadSchema(file, policy);
        HashSet<string> shadows = FindShadows(file);
        schema = schema with { Objects = [.. schema.Objects.Where(o => !shadows.Contains(o.Table))] };
        var manifest = new DataManifest(component, Format, time.GetUtcNow(), IsSnapshot: true, tables.Count + 1, SqliteSource.SizeOf(file))
        {
            Notes =
            [
                .. policy.Excluded.Select(t => $"The table {t} was left out."),
                .. policy.Filters.Keys.Select(t => $"The table {t} was filtered."),
                .. schema.BrokenReferences.Where(b => b.Value > 0).Select(b => string.Create(
                    CultureInfo.InvariantCulture, $"In the source, {b.Value} rows of {b.Key} refer to rows that are not there.")),
            ],
        };
        return new SqliteTablesCapture(component, file, masker, tables, schema, manifest);
    }

    public async IAsyncEnumerable<DataItem> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        yield return new DataItem("schema", DataItemKind.Schema);
        foreach (TableLayout table in _tables)
            yield return new DataItem(table.Name, DataItemKind.Table);
        await Task.CompletedTask.ConfigureAwait(false);
    }

    public Task<Stream> OpenAsync(DataItem item, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<Stream>(cancellationToken);
        return Task.FromResult<Stream>(item.Kind == DataItemKind.Schema
            ? new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(_schema, DatabaseJson.Default.DatabaseSchema), writable: false)
            : new TableReader(_component, _file, _tables.Find(t => t.Name == item.Name)
                ?? throw new DataComponentException(_component, $"There is no table '{item.Name}' in this capture."), _masker));
    }

    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        return ValueTask.CompletedTask;
    }

    private static HashSet<string> FindShadows(SqliteFile file)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        using SqliteRows rows = file.Prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'");
        while (rows.Step())
            names.Add(rows.GetText(0));
        return names;
    }
}
