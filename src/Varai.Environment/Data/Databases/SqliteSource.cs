using System.Globalization;

namespace Varai.Data.Databases;

/// <summary>Reads a database within one read transaction.</summary>
internal static class SqliteSource
{
    /// <summary>Opens a database for reading; everything read is of the moment of this call.</summary>
    public static SqliteFile Open(string component, string path, TimeSpan busyTimeout)
    {
        if (!File.Exists(path))
            throw new DataComponentException(component, $"The database '{path}' does not exist.");
        SqliteFile file = SqliteFile.Open(component, path, isNew: false, busyTimeout);
        try
        {
            file.Execute("PRAGMA query_only = ON; BEGIN; SELECT count(*) FROM sqlite_master;");
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Every table with the number of its rows and their fingerprint.</summary>
    public static List<DataFingerprint> Fingerprint(string component, SqliteFile file, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[64 * 1024];
        var tables = new List<DataFingerprint>();
        foreach (TableLayout table in TableLayout.ReadAll(file))
        {
            using var rows = new TableReader(component, file, table, masker: null);
            while (rows.Read(buffer) > 0)
                cancellationToken.ThrowIfCancellationRequested();
            tables.Add(new DataFingerprint(table.Name, rows.Fingerprint.Rows, rows.Fingerprint.ToString()));
        }

        return tables;
    }

    public static Dictionary<string, long> FindBrokenReferences(SqliteFile file)
    {
        var broken = new Dictionary<string, long>(StringComparer.OrdinalIgnoreCase);
        using SqliteRows rows = file.Prepare("PRAGMA foreign_key_check");
        while (rows.Step())
        {
            string table = rows.GetText(0);
            broken[table] = broken.GetValueOrDefault(table) + 1;
        }

        return broken;
    }

    public static DatabaseSchema ReadSchema(SqliteFile file, DataMaskingPolicy policy)
    {
        var objects = new List<DatabaseObject>();
        using (SqliteRows rows = file.Prepare("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type <> 'table', rowid"))
        {
            while (rows.Step())
            {
                var found = new DatabaseObject(rows.GetText(0), rows.GetText(1), rows.GetText(2), rows.GetText(3));
                if (!policy.Excluded.Contains(found.Table, StringComparer.OrdinalIgnoreCase))
                    objects.Add(found);
            }
        }

        var sequences = new Dictionary<string, long>(StringComparer.Ordinal);
        if (file.ReadInt64("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'") > 0)
        {
            using SqliteRows rows = file.Prepare("SELECT name, seq FROM sqlite_sequence WHERE seq IS NOT NULL");
            while (rows.Step())
            {
                if (!policy.Excluded.Contains(rows.GetText(0), StringComparer.OrdinalIgnoreCase))
                    sequences[rows.GetText(0)] = rows.GetInt64(1);
            }
        }

        return new DatabaseSchema
        {
            Encoding = file.ReadText("PRAGMA encoding"),
            PageSize = file.ReadInt64("PRAGMA page_size"),
            AutoVacuum = file.ReadInt64("PRAGMA auto_vacuum"),
            UserVersion = file.ReadInt64("PRAGMA user_version"),
            ApplicationId = file.ReadInt64("PRAGMA application_id"),
            IsWriteAhead = file.ReadText("PRAGMA journal_mode") == "wal",
            IsSubset = policy.Filters.Count > 0 || policy.Excluded.Count > 0,
            Objects = objects,
            Sequences = sequences,
            BrokenReferences = FindBrokenReferences(file),
        };
    }

    public static long SizeOf(SqliteFile file) => file.ReadInt64("PRAGMA page_count") * file.ReadInt64("PRAGMA page_size");

    public static string Pragmas(DatabaseSchema schema) => string.Create(CultureInfo.InvariantCulture,
        $"PRAGMA encoding = '{schema.Encoding.Replace("'", "''", StringComparison.Ordinal)}'; PRAGMA page_size = {schema.PageSize}; PRAGMA auto_vacuum = {schema.AutoVacuum}; PRAGMA user_version = {schema.UserVersion}; PRAGMA application_id = {schema.ApplicationId};");
}
