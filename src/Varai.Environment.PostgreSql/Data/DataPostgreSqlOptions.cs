namespace Varai.PostgreSql.Data;

/// <summary>Where a PostgreSQL database is in each environment, and what of it is moved.</summary>
public sealed class DataPostgreSqlOptions
{
    /// <summary>The section of the host's configuration; the component's name follows.</summary>
    public const string SectionName = "Varai:Data:PostgreSql";

    /// <summary>The connection string of each environment, as Npgsql reads it.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, string> ConnectionStrings { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The secret that holds the password of each environment, such as <c>shop/db#password</c>; it is asked for at each new
    /// connection.</summary>
    /// <value>Default: none, the passwords of the connection strings, if any.</value>
    public IDictionary<string, string> PasswordSecrets { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The schemas that are moved, each as a whole; what else the database holds stays as it is. Tables of the first are named
    /// without their schema, others as <c>schema.table</c>.</summary>
    /// <value>Default: empty, which is <c>public</c>.</value>
    public IList<string> Schemas { get; } = [];

    /// <summary>How many tables are copied, and indexes built, at once; as many connections are open to each side, and one more.</summary>
    /// <value>Default: 4; from 1 to 32.</value>
    public int MaximumParallelism { get; set; } = 4;

    /// <summary>How long a migration waits for those who use the tables: for the source's before it begins, for the target's when the new
    /// ones take their place.</summary>
    /// <value>Default: 10 seconds; from 10 milliseconds to 10 minutes.</value>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Names the database of an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="connectionString">As Npgsql reads it.</param>
    /// <param name="passwordSecret">The secret that holds the password; <see langword="null"/> when the connection string has it or none
    /// is needed.</param>
    /// <returns>These options.</returns>
    public DataPostgreSqlOptions Database(string environment, string connectionString, string? passwordSecret = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(environment);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        ConnectionStrings[environment] = connectionString;
        if (passwordSecret is null)
            PasswordSecrets.Remove(environment);
        else
            PasswordSecrets[environment] = passwordSecret;
        return this;
    }
}
