using System.Globalization;
using Npgsql;

namespace Varai.PostgreSql.Data.Restore;

/// <summary>The schemas in which the new ones are built. Within a transaction they can have the real names, which nobody else sees: what
/// names others by text, such as the body of a function, then means what it will mean.</summary>
internal sealed class StagedSchemas(DataDatabase database, string[] names, string id)
{
    /// <summary>What all schemas of a migration begin with.</summary>
    public const string Prefix = "varai_data_";

    private const string CantBuild = "can't be prepared";

    public IReadOnlyList<string> Names => names;

    /// <summary>Where large objects wait.</summary>
    public string LargeObjects => $"{Prefix}{id}_lo";

    public string this[string schema]
    {
        get
        {
            int index = Array.IndexOf(names, schema);
            return index >= 0 ? Staged(index) : throw database.Failed($"The capture has the schema '{schema}', which is not among the schemas of this component.");
        }
    }

    public string Table(string schema, string table) => $"{DataDatabase.Quote(this[schema])}.{DataDatabase.Quote(table)}";

    /// <summary>Runs statements while the schemas have their real names, all or none of them.</summary>
    public async Task RunAsync(NpgsqlConnection connection, Func<Task> build, CancellationToken cancellationToken)
    {
        await ExecuteAsync(connection, "BEGIN", cancellationToken).ConfigureAwait(false);
        try
        {
            (bool[] existing, List<(string Name, int Schema)> extensions) = await EnterAsync(connection, cancellationToken).ConfigureAwait(false);

            // Functions that name others without their schema then find them.
            await ExecuteAsync(connection, $"SET LOCAL search_path = {string.Join(", ", names.Select(DataDatabase.Quote))}", cancellationToken).ConfigureAwait(false);
            await build().ConfigureAwait(false);
            foreach ((string extension, int schema) in extensions)
                await ExecuteAsync(connection, $"ALTER EXTENSION {DataDatabase.Quote(extension)} SET SCHEMA {DataDatabase.Quote(Parked(schema))}", cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < names.Length; i++)
            {
                await RenameAsync(connection, names[i], Staged(i), cancellationToken).ConfigureAwait(false);
                if (existing[i])
                    await RenameAsync(connection, Parked(i), names[i], cancellationToken).ConfigureAwait(false);
            }

            await ExecuteAsync(connection, "COMMIT", cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await RollbackAsync(connection).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Puts the new schemas in the place of the old ones, within the transaction of the caller.</summary>
    public async Task ReplaceAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<string?[]> settings = await database.QueryAsync(
            connection,
            """
            SELECT n.nspname::text, 'GRANT ' || string_agg(x.privilege_type, ', ') || ' ON SCHEMA ' || quote_ident(n.nspname) || ' TO ' || CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
                FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) x WHERE n.nspname = ANY($1) AND x.grantee <> n.nspowner GROUP BY n.nspname, x.grantee, x.is_grantable
            UNION ALL SELECT n.nspname::text, 'COMMENT ON SCHEMA ' || quote_ident(n.nspname) || ' IS ' || quote_literal(d.description)
                FROM pg_namespace n JOIN pg_description d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid WHERE n.nspname = ANY($1)
            UNION ALL SELECT n.nspname::text, 'ALTER SCHEMA ' || quote_ident(n.nspname) || ' OWNER TO ' || quote_ident(pg_get_userbyid(n.nspowner))
                FROM pg_namespace n WHERE n.nspname = ANY($1) AND pg_has_role(n.nspowner, 'MEMBER')
            """,
            cancellationToken,
            names).ConfigureAwait(false);
        (bool[] existing, _) = await EnterAsync(connection, cancellationToken).ConfigureAwait(false);
        foreach (string?[] setting in settings)
            await ExecuteAsync(connection, setting[1]!, cancellationToken).ConfigureAwait(false);
        string[] old = [.. existing.Select((e, i) => e ? DataDatabase.Quote(Parked(i)) : "").Where(n => n.Length > 0)];
        if (old.Length > 0)
            await database.ExecuteAsync(connection, $"DROP SCHEMA {string.Join(", ", old)} CASCADE", "can't be replaced", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes them, empty.</summary>
    public async Task CreateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        for (int i = 0; i < names.Length; i++)
            await ExecuteAsync(connection, $"CREATE SCHEMA {DataDatabase.Quote(Staged(i))}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Removes all that a migration has left behind. Whoever still works in there has lost its client.</summary>
    public async Task RemoveAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        List<string?[]> left = await database.QueryAsync(
            connection, $"SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname, '{Prefix}')", cancellationToken).ConfigureAwait(false);
        if (left.Count == 0)
            return;
        await database.QueryAsync(
            connection,
            $"""
            SELECT pg_terminate_backend(s.pid)::text FROM (SELECT DISTINCT l.pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND starts_with(n.nspname, '{Prefix}') AND l.pid <> pg_backend_pid()) s
                JOIN pg_stat_activity a ON a.pid = s.pid WHERE a.usename = current_user
            """,
            cancellationToken).ConfigureAwait(false);
        foreach (string?[] schema in left)
            await ExecuteAsync(connection, $"DROP SCHEMA IF EXISTS {DataDatabase.Quote(schema[0]!)} CASCADE", cancellationToken).ConfigureAwait(false);
    }

    public static async Task RollbackAsync(NpgsqlConnection connection)
    {
        if (connection.State != System.Data.ConnectionState.Open)
            return;
        try
        {
            NpgsqlBatch batch = connection.CreateBatch();
            await using (batch.ConfigureAwait(false))
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand("ROLLBACK"));
                await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (DataDatabase.IsOurs(e) || e is InvalidOperationException)
        {
            // The connection is gone, and the transaction with it; what went wrong first is thrown.
        }
    }

    private string Staged(int index) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{id}_{index}");

    private string Parked(int index) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{id}_old{index}");

    private async Task<(bool[] Existing, List<(string Name, int Schema)> Extensions)> EnterAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        HashSet<string?> there = [.. (await database.QueryAsync(
            connection, "SELECT nspname::text FROM pg_namespace WHERE nspname = ANY($1)", cancellationToken, names).ConfigureAwait(false)).Select(r => r[0])];
        List<string?[]> installed = await database.QueryAsync(
            connection,
            "SELECT e.extname::text, n.nspname::text, e.extrelocatable::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE n.nspname = ANY($1) ORDER BY e.oid",
            cancellationToken,
            names).ConfigureAwait(false);
        if (installed.Find(e => e[2] is not ("true" or "t")) is { } fixedOne)
            throw database.Failed($"The extension '{fixedOne[0]}' is in the schema '{fixedOne[1]}' of {database.Name}, which is replaced as a whole, and can't be moved out of it. Install it into a schema of its own.");
        var existing = new bool[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            existing[i] = there.Contains(names[i]);
            if (existing[i])
                await RenameAsync(connection, names[i], Parked(i), cancellationToken).ConfigureAwait(false);
            await RenameAsync(connection, Staged(i), names[i], cancellationToken).ConfigureAwait(false);
        }

        var extensions = new List<(string Name, int Schema)>();
        foreach (string?[] extension in installed)
        {
            extensions.Add((extension[0]!, Array.IndexOf(names, extension[1]!)));
            await ExecuteAsync(connection, $"ALTER EXTENSION {DataDatabase.Quote(extension[0]!)} SET SCHEMA {DataDatabase.Quote(extension[1]!)}", cancellationToken).ConfigureAwait(false);
        }

        return (existing, extensions);
    }

    private Task RenameAsync(NpgsqlConnection connection, string from, string to, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, $"ALTER SCHEMA {DataDatabase.Quote(from)} RENAME TO {DataDatabase.Quote(to)}", cancellationToken);

    private Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        database.ExecuteAsync(connection, sql, CantBuild, cancellationToken);
}
