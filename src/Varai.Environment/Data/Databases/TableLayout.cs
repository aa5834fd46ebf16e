namespace Varai.Data.Databases;

/// <summary>How a table of a SQLite database is read and written.</summary>
internal sealed class TableLayout
{
    private static readonly string[] RowNames = ["rowid", "_rowid_", "oid"];

    private TableLayout(string name, IReadOnlyList<TableColumn> columns, string? rowName, string? keyColumn, bool hasGenerated, bool hasChecks)
    {
        Name = name;
        Columns = columns;
        RowName = rowName;
        KeyColumn = keyColumn;
        CanStream = rowName is not null && !hasGenerated;
        HasChecks = hasChecks;
    }

    public string Name { get; }

    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>The name by which the hidden number of a row can be asked for; null in a table without one, or with columns of all
    /// these names.</summary>
    public string? RowName { get; }

    /// <summary>The column that is this number; null when it is hidden and has to be copied beside the columns.</summary>
    public string? KeyColumn { get; }

    /// <summary>Whether SQLite can open a single value as a stream.</summary>
    public bool CanStream { get; }

    public bool HasChecks { get; }

    /// <summary>Whether the hidden number is copied.</summary>
    public bool CopiesRowNumber => RowName is not null && KeyColumn is null;

    /// <summary>The ordinary tables of a database, by name.</summary>
    public static List<TableLayout> ReadAll(SqliteFile file)
    {
        var tables = new List<(string Name, bool HasNoRowid, bool IsStrict)>();
        using (SqliteRows rows = file.Prepare("SELECT name, wr, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"))
        {
            while (rows.Step())
                tables.Add((rows.GetText(0), rows.GetInt64(1) != 0, rows.GetInt64(2) != 0));
        }

        return [.. tables.Select(t => Read(file, t.Name, t.HasNoRowid, t.IsStrict))];
    }

    private static TableLayout Read(SqliteFile file, string name, bool hasNoRowid, bool isStrict)
    {
        var columns = new List<TableColumn>();
        var all = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var keys = new List<(string Name, string Type)>();
        bool hasGenerated = false;
        using (SqliteRows rows = file.Prepare("SELECT name, type, pk, hidden FROM pragma_table_xinfo(?1) ORDER BY cid"))
        {
            rows.Bind(1, name);
            while (rows.Step())
            {
                all.Add(rows.GetText(0));
                if (rows.GetInt64(3) != 0)
                {
                    hasGenerated = true;
                    continue;
                }

                columns.Add(new TableColumn(rows.GetText(0), rows.GetText(1), isStrict));
                if (rows.GetInt64(2) > 0)
                    keys.Add((rows.GetText(0), rows.GetText(1)));
            }
        }

        string? rowName = hasNoRowid ? null : RowNames.FirstOrDefault(r => !all.Contains(r));

        // INTEGER PRIMARY KEY DESC is no alias, by an old mistake that SQLite keeps; such a column has an index of its own.
        string? key = !hasNoRowid && keys is [var only] && only.Type.Equals("INTEGER", StringComparison.OrdinalIgnoreCase) && !HasKeyIndex(file, name)
            ? only.Name
            : null;
        string sql = ReadSql(file, name);
        return new TableLayout(name, columns, rowName, key, hasGenerated, sql.Contains("CHECK", StringComparison.OrdinalIgnoreCase));
    }

    private static bool HasKeyIndex(SqliteFile file, string name)
    {
        using SqliteRows rows = file.Prepare("SELECT count(*) FROM pragma_index_list(?1) WHERE origin = 'pk'");
        rows.Bind(1, name);
        return rows.Step() && rows.GetInt64(0) > 0;
    }

    private static string ReadSql(SqliteFile file, string name)
    {
        using SqliteRows rows = file.Prepare("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?1");
        rows.Bind(1, name);
        return rows.Step() ? rows.GetText(0) : "";
    }
}
