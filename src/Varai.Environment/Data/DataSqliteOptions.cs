namespace Varai.Data;

/// <summary>Where a SQLite database is in each environment.</summary>
public sealed class DataSqliteOptions
{
    /// <summary>The section of the host's configuration; the component's name follows.</summary>
    public const string SectionName = "Varai:Data:Sqlite";

    /// <summary>The database file of each environment; a relative path starts at the content root.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, string> Files { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long a migration waits for a lock of somebody who uses the database.</summary>
    /// <value>Default: 5 seconds; from 0 to 10 minutes.</value>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Names the database file of an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="path">The file; a relative path starts at the content root.</param>
    /// <returns>These options.</returns>
    public DataSqliteOptions File(string environment, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(environment);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Files[environment] = path;
        return this;
    }
}
