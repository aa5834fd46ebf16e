using System.Globalization;
using Npgsql;
using Varai.State;

namespace Varai.PostgreSql.State;

/// <summary>Makes the store's tables, once however many nodes start at the same time.</summary>
internal static class PostgreSqlMigration
{
    /// <summary>Makes what is missing and refuses what is newer.</summary>
    /// <returns>Whether the tables were made.</returns>
    public static async Task<bool> RunAsync(PostgreSqlDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        (bool hasTables, _) = await FindAsync(database, connection, cancellationToken).ConfigureAwait(false);
        bool isMade = !hasTables && await MakeAsync(database, connection, cancellationToken).ConfigureAwait(false);
        database.ThrowIfNewer(await ReadVersionAsync(database, connection, cancellationToken).ConfigureAwait(false));
        return isMade;
    }

    private static async Task<bool> MakeAsync(PostgreSqlDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        string schema = database.Options.Schema;
        await ExecuteAsync(
            database, connection, [.. database.BeginTransaction(), Sql.Command(PostgreSqlStatements.MigrationLock, Sql.Text(schema))], cancellationToken).ConfigureAwait(false);

        // Another node may have made them while this one waited.
        (bool hasTables, bool hasSchema) = await FindAsync(database, connection, cancellationToken).ConfigureAwait(false);
        if (!hasTables)
        {
            // Only where it is not there: with IF NOT EXISTS, too, the right to create schemas would be asked for.
            if (!hasSchema)
                await ExecuteAsync(database, connection, [Sql.Command($"CREATE SCHEMA \"{schema}\"")], cancellationToken).ConfigureAwait(false);
            IEnumerable<NpgsqlBatchCommand> tables = PostgreSqlStateSchema.CreateTables(schema)
                .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(static statement => Sql.Command(statement));
            await ExecuteAsync(database, connection, tables, cancellationToken).ConfigureAwait(false);
        }

        await ExecuteAsync(database, connection, [Sql.Command(PostgreSqlStatements.Commit)], CancellationToken.None).ConfigureAwait(false);
        return !hasTables;
    }

    private static async Task<(bool HasTables, bool HasSchema)> FindAsync(
        PostgreSqlDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlBatch batch = database.CreateBatch(
            connection, Sql.Command(PostgreSqlStatements.ServerFacts, Sql.Text(database.Statements.Table), Sql.Text(database.Options.Schema)));
        await using (batch.ConfigureAwait(false))
        {
            NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                ThrowIfUnfit(database, reader.GetInt32(0), reader.GetString(1));
                return (reader.GetBoolean(2), reader.GetBoolean(3));
            }
        }
    }

    private static void ThrowIfUnfit(PostgreSqlDatabase database, int version, string encoding)
    {
        if (version < 130_000)
        {
            throw new StateException(string.Create(CultureInfo.InvariantCulture,
                $"{database.Capitalize()} is on PostgreSQL {version / 10_000}; version 13 or later is needed."));
        }

        if (encoding != "UTF8")
            throw new StateException($"{database.Capitalize()} is in a database with the encoding {encoding}; create one with ENCODING 'UTF8' for it.");
    }

    private static async Task<int> ReadVersionAsync(PostgreSqlDatabase database, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        NpgsqlBatch batch = database.CreateBatch(connection, Sql.Command(database.Statements.Head));
        await using (batch.ConfigureAwait(false))
        {
            NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
                    ? reader.GetInt32(1)
                    : throw database.HasNoHead();
            }
        }
    }

    private static async Task ExecuteAsync(
        PostgreSqlDatabase database, NpgsqlConnection connection, IEnumerable<NpgsqlBatchCommand> commands, CancellationToken cancellationToken)
    {
        NpgsqlBatch batch = database.CreateBatch(connection, commands);
        await using (batch.ConfigureAwait(false))
            await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
