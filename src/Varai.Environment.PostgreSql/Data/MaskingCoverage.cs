using Varai.Data;
using Varai.PostgreSql.Data.Catalog;
using Varai.PostgreSql.Data.Rows;

namespace Varai.PostgreSql.Data;

/// <summary>Holds a policy against the tables of a database, before anything is read.</summary>
internal static class MaskingCoverage
{
    public static void Check(string component, CatalogView view, IReadOnlyList<CatalogTable> all, IDataMasker masker)
    {
        DataMaskingPolicy policy = masker.Policy;
        CatalogTable[] known = [.. all.Union(view.Tables)];
        string[] unused =
        [
            .. policy.Rules.Keys.Where(r => !known.Any(t => IsTable(r.Table, t) && t.Stored.Any(c => IsSame(c.Name, r.Column)))).Select(r => $"{r.Table}.{r.Column}"),
            .. policy.Filters.Keys.Where(n => !known.Any(t => !t.IsLargeObjects && IsSame(t.Item, n))),
            .. policy.Excluded.Where(n => !known.Any(t => IsSame(t.Item, n)) && !IsSame(n, CatalogTable.LargeObjects)),
        ];
        if (unused.Length > 0)
        {
            throw new DataMaskingException(component,
                $"The masking policy names what the database has not, or not as a column that is stored: {string.Join(", ", unused)}. Correct the names.", unused);
        }

        var wrong = new List<(string Column, string Why)>();
        var uncovered = new List<string>();
        foreach (CatalogTable table in view.Tables)
        {
            foreach (CatalogColumn column in table.Stored)
            {
                string name = $"{table.Item}.{column.Name}";
                MaskingRule? rule = policy.Find(table.Item, column.Name);
                if (rule is null)
                {
                    if (masker.IsRequired && view.Types.CanHoldText(column.Type))
                        uncovered.Add(name);
                    continue;
                }

                (CatalogType type, int modifier) = view.Types.Resolve(column.Type, column.Modifier);
                if (rule.Kind == MaskingRuleKind.Null && column.IsNotNull && !table.IsLargeObjects)
                    wrong.Add((name, "must not be NULL"));
                else if (table.IsLargeObjects && rule.Kind != MaskingRuleKind.Keep)
                    wrong.Add((name, $"can only be kept, or left out by excluding {CatalogTable.LargeObjects}"));
                else if (ColumnMask.Check(rule, type, modifier) is { } why)
                    wrong.Add((name, why));
            }
        }

        if (uncovered.Count > 0)
        {
            throw new DataMaskingException(component,
                $"The data goes to an environment of lower rank, and these columns can hold text or bytes but have no masking rule: {string.Join(", ", uncovered)}. Give each a rule, or keep it explicitly.", uncovered);
        }

        if (wrong.Count > 0)
            throw new DataMaskingException(component, $"The masking policy can't be applied: {string.Join("; ", wrong.Select(w => $"{w.Column} {w.Why}"))}.", [.. wrong.Select(w => w.Column)]);
    }

    /// <summary>The masks of a table's columns, in their order; <see langword="null"/> when nothing is masked.</summary>
    public static ColumnMask?[]? MasksOf(CatalogTable table, CatalogTypes types, IDataMasker? masker)
    {
        if (masker is null || table.IsLargeObjects)
            return null;
        ColumnMask?[] masks =
        [
            .. table.Stored.Select(c =>
            {
                if (masker.Policy.Find(table.Item, c.Name) is not { Kind: not MaskingRuleKind.Keep } rule)
                    return null;
                (CatalogType type, int modifier) = types.Resolve(c.Type, c.Modifier);
                return new ColumnMask(masker, rule, type, modifier);
            }),
        ];
        return Array.TrueForAll(masks, m => m is null) ? null : masks;
    }

    private static bool IsTable(string pattern, CatalogTable table) => pattern == DataMaskingPolicy.AnyTable || IsSame(pattern, table.Item);

    private static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
