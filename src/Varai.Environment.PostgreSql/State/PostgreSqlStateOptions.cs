namespace Varai.PostgreSql.State;

/// <summary>How the state store in PostgreSQL works.</summary>
public sealed class PostgreSqlStateOptions
{
    /// <summary>The section of the host's configuration these are bound from.</summary>
    public const string SectionName = "Varai:State:PostgreSql";

    /// <summary>The connection string, as Npgsql reads it. Not needed with an <c>NpgsqlDataSource</c>, given or registered.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? ConnectionString { get; set; }

    /// <summary>The secret that holds the password, such as <c>payments/db#password</c>; it is asked for at each new connection,
    /// so that a rotated one is used. For connections that this store opens by <see cref="ConnectionString"/>.</summary>
    /// <value>Default: <see langword="null"/>, the password of the connection string, if any.</value>
    public string? PasswordSecret { get; set; }

    /// <summary>The schema that holds the store; several stores may share a database under different schemas.</summary>
    /// <value>Default: <c>varai</c>. A lower-case letter or <c>_</c>, then at most 47 lower-case letters, digits and <c>_</c>.</value>
    public string Schema { get; set; } = "varai";

    /// <summary>Whether watchers are woken by LISTEN/NOTIFY. It takes one connection while somebody watches. Where no notification
    /// comes through, as behind a pooler of transactions, that is found out and polling goes on alone.</summary>
    /// <value>Default: <see langword="true"/>. Set it to <see langword="false"/> behind PgBouncer with transaction pooling.</value>
    public bool Listen { get; set; } = true;

    /// <summary>How often the store is asked for its revision while somebody watches. One question for all watchers of this process.</summary>
    /// <value>Default: 1 second; from 10 milliseconds to 1 hour.</value>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a statement may take, or wait for another writer, before it fails.</summary>
    /// <value>Default: 10 seconds; from 1 second to 10 minutes.</value>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many of the last revisions a watcher can still ask for; one that asks for more starts with a reset.</summary>
    /// <value>Default: 100,000 revisions.</value>
    public int ChangeRetention { get; set; } = 100_000;

    /// <summary>The largest content of one document or stream entry, in bytes. Larger ones belong into a blob.</summary>
    /// <value>Default: 16 MiB; at most 256 MiB.</value>
    public int MaxDocumentBytes { get; set; } = 16 * 1024 * 1024;
}
