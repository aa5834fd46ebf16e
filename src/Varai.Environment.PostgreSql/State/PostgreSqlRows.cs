using Npgsql;

namespace Varai.PostgreSql.State;

/// <summary>The rows of one statement, as of one moment, read as they are asked for.</summary>
internal sealed class PostgreSqlRows : IAsyncDisposable
{
    private readonly PostgreSqlDatabase _database;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlBatch _batch;

    private PostgreSqlRows(PostgreSqlDatabase database, NpgsqlConnection connection, NpgsqlBatch batch, NpgsqlDataReader reader)
    {
        _database = database;
        _connection = connection;
        _batch = batch;
        Reader = reader;
    }

    public NpgsqlDataReader Reader { get; }

    public static async Task<PostgreSqlRows> OpenAsync(PostgreSqlDatabase database, Func<NpgsqlBatchCommand> command, CancellationToken cancellationToken)
    {
        (NpgsqlConnection connection, (NpgsqlBatch batch, NpgsqlDataReader reader)) = await database.OpenAsync(
            async (opened, token) =>
            {
                NpgsqlBatch created = database.CreateBatch(opened, command());
                return (created, await created.ExecuteReaderAsync(token).ConfigureAwait(false));
            },
            cancellationToken).ConfigureAwait(false);
        return new PostgreSqlRows(database, connection, batch, reader);
    }

    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Exception translated = _database.Translate(e, cancellationToken);
            if (ReferenceEquals(translated, e))
                throw;
            throw translated;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Reader.DisposeAsync().ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            // The connection broke; whoever read has been told so, or no longer wants to know.
        }

        await _batch.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }
}
