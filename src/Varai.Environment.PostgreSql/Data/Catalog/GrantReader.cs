using Npgsql;

namespace Varai.PostgreSql.Data.Catalog;

/// <summary>Reads who may do what with schemas and what is in them.</summary>
internal static class GrantReader
{
    /// <summary>Reads the rights of others than the owners.</summary>
    /// <param name="database">The database.</param>
    /// <param name="connection">A connection to it.</param>
    /// <param name="schemas">The schemas.</param>
    /// <param name="isKept">Whether an object, by class and oid, counts.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static async Task<List<SchemaGrant>> ReadAsync(
        DataDatabase database, NpgsqlConnection connection, string[] schemas, Func<string, bool> isKept, CancellationToken cancellationToken)
    {
        var grants = new List<SchemaGrant>();

        // Where everybody has a right by default, it is taken first.
        foreach (string?[] r in await database.QueryAsync(connection, CatalogQueries.TakenFromEverybody, cancellationToken, schemas).ConfigureAwait(false))
        {
            if (isKept($"{r[0]}:{r[1]}"))
                grants.Add(new SchemaGrant(Role: null, r[2]!, $"REVOKE ALL ON {r[2]} FROM PUBLIC"));
        }

        foreach (string?[] r in await database.QueryAsync(connection, CatalogQueries.Grants, cancellationToken, schemas).ConfigureAwait(false))
        {
            if (r[0] == "pg_namespace" || isKept($"{r[0]}:{r[1]}"))
                grants.Add(new SchemaGrant(r[7], $"{r[2]} {r[3]}", $"GRANT {r[5]} ON {r[2]} {r[3]} TO {r[4] ?? "PUBLIC"}{(r[6] is "true" or "t" ? " WITH GRANT OPTION" : "")}"));
        }

        return grants;
    }
}
