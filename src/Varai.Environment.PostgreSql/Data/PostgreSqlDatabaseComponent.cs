using Npgsql;
using Varai.Data;
using Varai.PostgreSql.Data.Catalog;
using Varai.PostgreSql.Data.Restore;
using Varai.PostgreSql.Data.Rows;
using Varai.Secrets;

namespace Varai.PostgreSql.Data;

/// <summary>A PostgreSQL database in each environment.</summary>
internal sealed class PostgreSqlDatabaseComponent(string name, DataPostgreSqlOptions options, ISecretStore? secrets, TimeProvider time) : IDataComponent
{
    private const int IdLength = 32;
    private const int BufferSize = 64 * 1024;

    public string Name => name;

    private string[] Schemas => options.Schemas.Count == 0 ? ["public"] : [.. options.Schemas];

    public async Task<IDataCapture> CaptureAsync(DataCaptureRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ThrowIfInvalidId(request.Id);
        cancellationToken.ThrowIfCancellationRequested();
        DataDatabase database = Open(request.Environment);
        try
        {
            return await PostgreSqlCapture.OpenAsync(name, database, Schemas, options.MaximumParallelism, request.Masker, time, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<IDataRestore> RestoreAsync(DataRestoreRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ThrowIfInvalidId(request.Id);
        cancellationToken.ThrowIfCancellationRequested();
        DataDatabase database = Open(request.Environment);
        try
        {
            return await PostgreSqlRestore.OpenAsync(name, database, Schemas, request.Id, options.MaximumParallelism, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<IReadOnlyList<DataFingerprint>> FingerprintAsync(string environment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(environment);
        cancellationToken.ThrowIfCancellationRequested();
        DataDatabase database = Open(environment);
        await using (database.ConfigureAwait(false))
        {
            NpgsqlConnection connection = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                await database.ExecuteAsync(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", "can't be read", cancellationToken).ConfigureAwait(false);
                CatalogView view = await new SchemaReader(database, connection, Schemas, policy: null).ReadTablesAsync(cancellationToken).ConfigureAwait(false);
                var prints = new List<DataFingerprint>();
                foreach (CatalogTable table in view.Tables)
                    prints.Add(await FingerprintAsync(database, connection, table, cancellationToken).ConfigureAwait(false));
                return prints;
            }
        }
    }

    /// <summary>Reads a table and says what it holds.</summary>
    public static async Task<DataFingerprint> FingerprintAsync(DataDatabase database, NpgsqlConnection connection, CatalogTable table, CancellationToken cancellationToken)
    {
        try
        {
            using var hasher = new LineHasher();
            byte[] buffer = new byte[BufferSize];
            using StreamReader copy = await PostgreSqlCapture.BeginCopyAsync(connection, table, filter: null, cancellationToken).ConfigureAwait(false);
            for (int read; (read = await copy.BaseStream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
                hasher.Add(buffer.AsSpan(0, read));
            return new DataFingerprint(table.Item, hasher.Fingerprint.Rows, hasher.Fingerprint.ToString());
        }
        catch (Exception e) when (DataDatabase.IsOurs(e))
        {
            throw database.Failed($"can't be read, at the table '{table.Item}'", e);
        }
    }

    private static void ThrowIfInvalidId(string id)
    {
        if (id is not { Length: IdLength } || !id.All(char.IsAsciiHexDigitLower))
            throw new ArgumentException($"'{id}' is no id of an attempt: 32 lower-case hexadecimal digits are.", nameof(id));
    }

    private DataDatabase Open(string environment)
    {
        if (!options.ConnectionStrings.TryGetValue(environment, out string? connectionString))
            throw new DataComponentException(name, $"The component '{name}' has no database in the environment '{environment}': name one with {nameof(DataPostgreSqlOptions.Database)}.");
        options.PasswordSecrets.TryGetValue(environment, out string? passwordSecret);
        return new DataDatabase(name, environment, connectionString, passwordSecret, secrets, options);
    }
}
