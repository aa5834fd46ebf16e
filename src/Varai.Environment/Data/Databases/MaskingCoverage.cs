namespace Varai.Data.Databases;

/// <summary>Holds a policy against the tables of a database, before anything is read.</summary>
internal static class MaskingCoverage
{
    public static void Check(string component, SqliteFile file, IReadOnlyList<TableLayout> tables, IDataMasker masker)
    {
        DataMaskingPolicy policy = masker.Policy;
        ThrowIfVirtual(component, file, policy);
        string[] unused =
        [
            .. policy.Rules.Keys.Where(r => !tables.Any(t => IsTable(r.Table, t) && t.Columns.Any(c => IsSame(c.Name, r.Column)))).Select(r => $"{r.Table}.{r.Column}"),
            .. policy.Filters.Keys.Concat(policy.Excluded).Where(n => !tables.Any(t => IsSame(t.Name, n)) && !IsVirtual(file, n)),
        ];
        if (unused.Length > 0)
        {
            throw new DataMaskingException(component,
                $"The masking policy names what the database has not, or not as a column that is stored: {string.Join(", ", unused)}. Correct the names.", unused);
        }

        if (!masker.IsRequired)
            return;
        string[] uncovered =
        [
            .. tables.Where(t => !policy.Excluded.Contains(t.Name, StringComparer.OrdinalIgnoreCase))
                .SelectMany(t => t.Columns.Where(c => c.IsTextLike && policy.Find(t.Name, c.Name) is null).Select(c => $"{t.Name}.{c.Name}")),
        ];
        if (uncovered.Length > 0)
        {
            throw new DataMaskingException(component,
                $"The data goes to an environment of lower rank, and these columns can hold text or bytes but have no masking rule: {string.Join(", ", uncovered)}. Give each a rule, or keep it explicitly.", uncovered);
        }
    }

    // What a full-text index has stored is the text that the rules are to hide.
    private static void ThrowIfVirtual(string component, SqliteFile file, DataMaskingPolicy policy)
    {
        var found = new List<string>();
        using SqliteRows rows = file.Prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual'");
        while (rows.Step())
            found.Add(rows.GetText(0));
        string[] left = [.. found.Where(n => !policy.Excluded.Contains(n, StringComparer.OrdinalIgnoreCase))];
        if (left.Length > 0)
        {
            throw new DataMaskingException(component,
                $"Virtual tables can't be masked or filtered: {string.Join(", ", left)}. Exclude each, and build it again in the target where it is needed.", left);
        }
    }

    private static bool IsVirtual(SqliteFile file, string name)
    {
        using SqliteRows rows = file.Prepare("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual' AND name = ?1 COLLATE NOCASE");
        rows.Bind(1, name);
        return rows.Step() && rows.GetInt64(0) > 0;
    }

    private static bool IsTable(string pattern, TableLayout table) => pattern == DataMaskingPolicy.AnyTable || IsSame(pattern, table.Name);

    private static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
