namespace Varai.Data.Databases;

/// <summary>A reference from rows of one table to rows of another.</summary>
internal sealed record ForeignKey(string Table, string Parent, IReadOnlyList<string> From, IReadOnlyList<string> To)
{
    public static List<ForeignKey> ReadAll(SqliteFile file, IEnumerable<string> tables)
    {
        var keys = new List<ForeignKey>();
        foreach (string table in tables)
        {
            var columns = new List<(long Id, string Parent, string From, string? To)>();
            using (SqliteRows rows = file.Prepare("SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list(?1) ORDER BY id, seq"))
            {
                rows.Bind(1, table);
                while (rows.Step())
                    columns.Add((rows.GetInt64(0), rows.GetText(1), rows.GetText(2), rows.TypeOf(3) == SQLitePCL.raw.SQLITE_NULL ? null : rows.GetText(3)));
            }

            foreach (var key in columns.GroupBy(c => c.Id))
            {
                string parent = key.First().Parent;
                string[] to = key.All(c => c.To is not null) ? [.. key.Select(c => c.To!)] : ReadKey(file, parent);
                keys.Add(new ForeignKey(table, parent, [.. key.Select(c => c.From)], to));
            }
        }

        return keys;
    }

    /// <summary>The statement that removes the rows that refer to nothing.</summary>
    public string DeleteOrphans(bool hasParent)
    {
        string table = SqliteFile.Quote(Table);
        string refers = string.Join(" AND ", From.Select(c => $"{table}.{SqliteFile.Quote(c)} IS NOT NULL"));
        if (!hasParent || To.Count != From.Count)
            return $"DELETE FROM {table} WHERE {refers}";
        string matches = string.Join(" AND ", From.Zip(To, (from, to) => $"parent.{SqliteFile.Quote(to)} = {table}.{SqliteFile.Quote(from)}"));
        return $"DELETE FROM {table} WHERE {refers} AND NOT EXISTS (SELECT 1 FROM {SqliteFile.Quote(Parent)} AS parent WHERE {matches})";
    }

    private static string[] ReadKey(SqliteFile file, string table)
    {
        var columns = new List<string>();
        using SqliteRows rows = file.Prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk");
        rows.Bind(1, table);
        while (rows.Step())
            columns.Add(rows.GetText(0));
        return [.. columns];
    }
}
