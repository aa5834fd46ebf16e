using System.Globalization;
using Npgsql;
using Varai.PostgreSql.Data.Catalog;

namespace Varai.PostgreSql.Data.Restore;

/// <summary>Drops rows that refer to rows which a filter or an exclusion has left out.</summary>
internal sealed class OrphanRemoval(DataDatabase database, StagedSchemas staged, SchemaDocument schema)
{
    /// <summary>Goes on until nothing changes: a row that is dropped may be the parent of others.</summary>
    /// <returns>How many rows were dropped, by item.</returns>
    public async Task<SortedDictionary<string, long>> RunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var dropped = new SortedDictionary<string, long>(StringComparer.Ordinal);
        bool hasChanged = true;
        while (hasChanged)
        {
            hasChanged = false;
            foreach (SchemaForeignKey key in schema.ForeignKeys)
            {
                string? text = await database.ReadAsync(connection, Delete(key), cancellationToken).ConfigureAwait(false);
                long count = long.Parse(text!, CultureInfo.InvariantCulture);
                if (count == 0)
                    continue;
                hasChanged = true;
                string item = schema.Tables.First(t => t.Schema == key.Schema && t.Name == key.Table).Item;
                dropped[item] = dropped.GetValueOrDefault(item) + count;
            }
        }

        return dropped;
    }

    private string Delete(SchemaForeignKey key)
    {
        string refers = string.Join(" AND ", key.Columns.Select(c => $"c.{DataDatabase.Quote(c)} IS NOT NULL"));
        string orphan = key.IsOrphaned
            ? ""
            : $" AND NOT EXISTS (SELECT FROM ONLY {staged.Table(key.ParentSchema, key.Parent)} p WHERE {string.Join(" AND ", key.Columns.Zip(key.ParentColumns, (c, p) => $"p.{DataDatabase.Quote(p)} = c.{DataDatabase.Quote(c)}"))})";
        return $"WITH gone AS (DELETE FROM ONLY {staged.Table(key.Schema, key.Table)} c WHERE {refers}{orphan} RETURNING 1) SELECT count(*)::text FROM gone";
    }
}
