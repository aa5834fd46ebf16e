using Npgsql;
using Varai.PostgreSql.Data.Catalog;

namespace Varai.PostgreSql.Data.Restore;

/// <summary>Owners and rights. What the target has already keeps its own, since they are part of the environment; what is new gets the
/// source's, for the roles that the target knows.</summary>
internal sealed class TargetRights
{
    private readonly DataDatabase _database;
    private readonly string[] _schemas;
    private readonly Dictionary<string, string?> _owners;
    private readonly List<SchemaGrant> _grants;
    private readonly HashSet<string?> _roles;

    private TargetRights(DataDatabase database, string[] schemas, Dictionary<string, string?> owners, List<SchemaGrant> grants, HashSet<string?> roles)
    {
        _database = database;
        _schemas = schemas;
        _owners = owners;
        _grants = grants;
        _roles = roles;
    }

    /// <summary>Reads them, while the old schemas have their names.</summary>
    public static async Task<TargetRights> ReadAsync(DataDatabase database, NpgsqlConnection connection, string[] schemas, CancellationToken cancellationToken)
    {
        var owners = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (string?[] row in await database.QueryAsync(connection, CatalogQueries.Owned, cancellationToken, schemas).ConfigureAwait(false))
            owners[row[0]!] = row[1];
        foreach (string?[] row in await database.QueryAsync(connection, "SELECT 'SCHEMA ' || quote_ident(nspname) FROM pg_namespace WHERE nspname = ANY($1)", cancellationToken, schemas).ConfigureAwait(false))
            owners[row[0]!] = null;
        List<SchemaGrant> grants = await GrantReader.ReadAsync(database, connection, schemas, static _ => true, cancellationToken).ConfigureAwait(false);
        HashSet<string?> roles = [.. (await database.QueryAsync(connection, "SELECT rolname::text FROM pg_roles", cancellationToken).ConfigureAwait(false)).Select(r => r[0])];
        return new TargetRights(database, schemas, owners, grants, roles);
    }

    /// <summary>Gives them, while the new schemas have the names.</summary>
    /// <returns>The source's roles that the target does not know and that had rights to something new.</returns>
    public async Task<IReadOnlyCollection<string>> GiveAsync(NpgsqlConnection connection, IReadOnlyList<SchemaGrant> source, CancellationToken cancellationToken)
    {
        // Names are compared, so each has its schema again.
        await _database.ExecuteAsync(connection, "SET LOCAL search_path = ''", "can't take what was captured, at the rights", cancellationToken).ConfigureAwait(false);
        string[] made = [.. (await _database.QueryAsync(connection, CatalogQueries.Owned, cancellationToken, _schemas).ConfigureAwait(false)).Select(r => r[0]!)];
        SchemaGrant[] fromSource = [.. source.Where(g => !_owners.ContainsKey(g.Object))];
        IEnumerable<SchemaGrant> own = _grants.Where(g => made.Contains(g.Object, StringComparer.Ordinal));
        foreach (SchemaGrant grant in fromSource.Where(g => g.Role is null || _roles.Contains(g.Role)).Concat(own))
            await _database.ExecuteAsync(connection, grant.Sql, "can't take what was captured, at the rights", cancellationToken).ConfigureAwait(false);
        foreach (string name in made)
        {
            if (_owners.TryGetValue(name, out string? sql) && sql is not null)
                await _database.ExecuteAsync(connection, sql, "can't take what was captured, at the owners", cancellationToken).ConfigureAwait(false);
        }

        return new SortedSet<string>(fromSource.Select(g => g.Role).OfType<string>().Where(r => !_roles.Contains(r)), StringComparer.Ordinal);
    }
}
