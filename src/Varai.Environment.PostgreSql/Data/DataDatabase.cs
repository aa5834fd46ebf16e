using System.Globalization;
using Npgsql;
using Varai.Data;
using Varai.PostgreSql.State;
using Varai.Secrets;

namespace Varai.PostgreSql.Data;

/// <summary>The database of one environment: opens connections to it, and says what its errors mean without quoting data.</summary>
internal sealed class DataDatabase : IAsyncDisposable
{
    // What sessions must have in common, so that values read on one side mean the same on the other, as pg_dump has it.
    private const string Session = """
        SET search_path = ''; SET client_encoding = 'UTF8'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC';
        SET extra_float_digits = 1; SET bytea_output = 'hex'; SET xmloption = 'content'; SET quote_all_identifiers = off;
        SET row_security = off; SET check_function_bodies = off; SET standard_conforming_strings = on; SET synchronize_seqscans = off;
        SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET default_transaction_read_only = off; SET lc_monetary = 'C'
        """;

    private readonly string _component;
    private readonly NpgsqlDataSource _source;

    public DataDatabase(string component, string environment, string connectionString, string? passwordSecret, ISecretStore? secrets, DataPostgreSqlOptions options)
    {
        _component = component;
        LockTimeout = options.LockTimeout;
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        NpgsqlConnectionStringBuilder settings = builder.ConnectionStringBuilder;
        Name = $"the PostgreSQL database '{settings.Database ?? settings.Username}' of {environment}";

        // The settings above are the session's; a reset would take them back. Index builds and copies take as long as they take.
        settings.NoResetOnClose = true;
        settings.CommandTimeout = 0;
        settings.Multiplexing = false;
        settings.MaxPoolSize = Math.Max(settings.MaxPoolSize, options.MaximumParallelism + 4);
        settings.MinPoolSize = 0;
        settings.ApplicationName ??= "Varai.Environment";
        if (passwordSecret is not null && secrets is not null)
        {
            builder.UsePasswordProvider(
                _ => secrets.GetSecret(passwordSecret),
                async (_, cancellationToken) => await secrets.GetSecretAsync(passwordSecret, cancellationToken).ConfigureAwait(false));
        }

        builder.UsePhysicalConnectionInitializer(
            static connection =>
            {
                using var command = new NpgsqlCommand(Session, connection);
                command.ExecuteNonQuery();
            },
            static async connection =>
            {
                var command = new NpgsqlCommand(Session, connection);
                await using (command.ConfigureAwait(false))
                    await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            });
        NpgsqlDataSource source = builder.Build();
        _source = source is NpgsqlMultiHostDataSource many && settings.TargetSessionAttributes is null
            ? many.WithTargetSession(TargetSessionAttributes.Primary)
            : source;
    }

    /// <summary>How it is called in messages.</summary>
    public string Name { get; }

    public TimeSpan LockTimeout { get; }

    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsOurs(e))
        {
            throw Failed("can't be opened", e);
        }
    }

    /// <summary>Runs one statement.</summary>
    public async Task ExecuteAsync(NpgsqlConnection connection, string sql, string what, CancellationToken cancellationToken)
    {
        try
        {
            // A statement is not to be taken for several; the body of a function may have semicolons outside of quotes.
            string text = sql.Contains(';', StringComparison.Ordinal) ? Wrap(sql) : sql;
            NpgsqlBatch batch = connection.CreateBatch();
            await using (batch.ConfigureAwait(false))
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(text));
                await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (IsOurs(e))
        {
            throw Failed(what, e);
        }
    }

    /// <summary>The rows of a query, whose columns are text; its parameters are lists of text.</summary>
    public async Task<List<string?[]>> QueryAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params string[][] parameters)
    {
        try
        {
            NpgsqlBatch batch = connection.CreateBatch();
            await using (batch.ConfigureAwait(false))
            {
                var command = new NpgsqlBatchCommand(sql);
                foreach (string[] values in parameters)
                    command.Parameters.Add(Sql.Texts(values));
                batch.BatchCommands.Add(command);
                var rows = new List<string?[]>();
                NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        var row = new string?[reader.FieldCount];
                        for (int i = 0; i < row.Length; i++)
                            row[i] = await reader.IsDBNullAsync(i, cancellationToken).ConfigureAwait(false) ? null : reader.GetString(i);
                        rows.Add(row);
                    }
                }

                return rows;
            }
        }
        catch (Exception e) when (IsOurs(e))
        {
            throw Failed("can't be read", e);
        }
    }

    public async Task<string?> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params string[][] parameters)
    {
        List<string?[]> rows = await QueryAsync(connection, sql, cancellationToken, parameters).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0][0];
    }

    public static bool IsOurs(Exception exception) =>
        exception is NpgsqlException or System.Net.Sockets.SocketException or IOException or TimeoutException or SecretException or ObjectDisposedException;

    /// <summary>The error to throw. What the server says is left out where it may quote a value, and the original never goes along: its
    /// text has the place in the data.</summary>
    public DataComponentException Failed(string what, Exception exception)
    {
        string start = $"{char.ToUpperInvariant(Name[0])}{Name[1..]} {what}";
        switch (exception)
        {
            case PostgresException error:
                return new DataComponentException(_component, $"{start}: {Explain(error)}") { IsTransient = IsTransient(error) };
            case NpgsqlException { InnerException: SecretException secret }:
                return new DataComponentException(_component, $"{start}: its password can't be had. {secret.Message}", secret) { IsTransient = secret.IsTransient };
            case SecretException secret:
                return new DataComponentException(_component, $"{start}: its password can't be had. {secret.Message}", secret) { IsTransient = secret.IsTransient };
            default:
                return new DataComponentException(_component, $"{start}: check that the server runs and can be reached. ({exception.Message})") { IsTransient = true };
        }
    }

    public DataComponentException Failed(string message) => new(_component, message);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static string Literal(string text) =>
        text.Contains('\\', StringComparison.Ordinal)
            ? $"E'{text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'"
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Wrap(string sql)
    {
        string tag = "$varai$";
        for (int i = 0; sql.Contains(tag, StringComparison.Ordinal); i++)
            tag = string.Create(CultureInfo.InvariantCulture, $"$varai{i}$");
        return $"DO {tag} BEGIN EXECUTE {Literal(sql)}; END {tag}";
    }

    private static string Explain(PostgresException error)
    {
        // Class 22 is about values, P0 is what the database's own functions say: both may quote rows.
        bool mayQuote = error.SqlState.StartsWith("22", StringComparison.Ordinal) || error.SqlState.StartsWith("P0", StringComparison.Ordinal);
        string text = mayQuote ? "a value was not accepted" : error.MessageText;
        string?[] where = [error.TableName is { } table ? $"table {table}" : null, error.ColumnName is { } column ? $"column {column}" : null, error.ConstraintName is { } constraint ? $"constraint {constraint}" : null];
        string place = string.Join(", ", where.OfType<string>());
        string hint = error.SqlState switch
        {
            PostgresErrorCodes.UniqueViolation => " If columns of it are masked, the rule makes two values one: use Hmac or Fake.",
            PostgresErrorCodes.ForeignKeyViolation => " Columns that refer to each other need the same masking rule.",
            PostgresErrorCodes.LockNotAvailable => " Others use it longer than LockTimeout: try again, or raise it.",
            PostgresErrorCodes.InsufficientPrivilege => " The user of the connection string needs to own what is moved, and CREATE on the target's database.",
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{text}{(place.Length > 0 ? $" ({place})" : "")} (PostgreSQL error {error.SqlState}).{hint}");
    }

    private static bool IsTransient(PostgresException error) =>
        error.IsTransient
        || error.SqlState is PostgresErrorCodes.LockNotAvailable
        || error.SqlState.StartsWith("53", StringComparison.Ordinal)
        || error.SqlState.StartsWith("57", StringComparison.Ordinal)
        || error.SqlState.StartsWith("08", StringComparison.Ordinal);
}
