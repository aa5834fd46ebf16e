using System.Net.Sockets;
using Npgsql;
using Varai.Secrets;
using Varai.State;

namespace Varai.PostgreSql.State;

/// <summary>Says what an error of PostgreSQL or of the way to it means for whoever runs the service.</summary>
internal static class PostgreSqlErrors
{
    private const string Section = PostgreSqlStateOptions.SectionName;

    /// <summary>Whether the error is one of the server or of the way to it, and so for <see cref="Create"/>.</summary>
    public static bool IsOurs(Exception exception) =>
        exception is NpgsqlException or SocketException or IOException or TimeoutException or SecretException;

    /// <summary>Whether the store's tables are not there.</summary>
    public static bool IsMissing(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName };

    public static StateException Create(Exception exception, PostgreSqlTarget target)
    {
        (string what, bool isTransient) = exception switch
        {
            PostgresException error => Explain(error),
            SecretException error => ($"can't be opened: its password can't be had from {Section}:{nameof(PostgreSqlStateOptions.PasswordSecret)}. {error.Message}", error.IsTransient),
            NpgsqlException { InnerException: SecretException error } =>
                ($"can't be opened: its password can't be had from {Section}:{nameof(PostgreSqlStateOptions.PasswordSecret)}. {error.Message}", error.IsTransient),
            TimeoutException or NpgsqlException { InnerException: TimeoutException } => (
                $"did not answer in time. Check the server and the network, or raise {Section}:{nameof(PostgreSqlStateOptions.CommandTimeout)}. ({exception.Message})", true),
            _ => ($"can't be reached. Check that the server runs and that its address, port and TLS settings are right. ({exception.Message})", true),
        };
        string text = target.ToString();
        return new StateException($"{char.ToUpperInvariant(text[0])}{text[1..]} {what}", exception) { IsTransient = isTransient };
    }

    private static (string What, bool IsTransient) Explain(PostgresException error)
    {
        (string what, bool isTransient) = error.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => (
                "refused the login. Check user and password, and pg_hba.conf on the server.", false),
            PostgresErrorCodes.InvalidCatalogName => (
                "is not there: the server has no such database. Create the database, or correct its name in the connection string.", false),
            PostgresErrorCodes.InsufficientPrivilege => (
                $"is not open to this user. Let an administrator run what {nameof(PostgreSqlStateSchema)}.{nameof(PostgreSqlStateSchema.CreateScript)} writes for the role, or grant it CREATE on the database.", false),
            PostgresErrorCodes.LockNotAvailable => (
                $"is being written by others, longer than {Section}:{nameof(PostgreSqlStateOptions.CommandTimeout)}. Nothing was changed; try again, or raise it.", true),
            PostgresErrorCodes.DiskFull => ("has no room left. Nothing was changed; free space on the server.", true),
            PostgresErrorCodes.ReadOnlySqlTransaction => (
                "can only be read: the server is a standby, or its transactions are read-only. Connect to the primary (Target Session Attributes=primary).", true),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName => (
                "was removed while it was in use. The next call makes an empty one; restore it from a backup first if it should not.", true),
            PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.UndefinedColumn => (
                $"shares its schema with tables of something else. Set {Section}:{nameof(PostgreSqlStateOptions.Schema)} to a schema of its own.", false),
            PostgresErrorCodes.TooManyConnections => ("can't be reached: the server has no connection left.", true),
            _ => ("failed.", error.IsTransient || IsServerEnding(error.SqlState)),
        };
        return ($"{what} (PostgreSQL error {error.SqlState}: {error.MessageText})", isTransient);
    }

    // Classes 53 (resources), 57 (operator intervention) and 08 (connection; also a pooler's complaints), and a transaction that the
    // server ended because its client had gone quiet.
    private static bool IsServerEnding(string state) =>
        state.StartsWith("53", StringComparison.Ordinal)
        || state.StartsWith("57", StringComparison.Ordinal)
        || state.StartsWith("08", StringComparison.Ordinal)
        || state is "25P03";
}
