namespace Varai.Data;

/// <summary>From where, to where, and what.</summary>
/// <param name="Source">The environment that is read.</param>
/// <param name="Target">The environment that is replaced.</param>
public sealed record DataMigrationRequest(string Source, string Target)
{
    /// <summary>The components to move, in this order.</summary>
    /// <value>Default: empty, all that are registered.</value>
    public IReadOnlyList<string> Components { get; init; } = [];

    /// <summary>What becomes of rows and columns. Needed when the target ranks below the source and a database is moved.</summary>
    /// <value>Default: <see langword="null"/>, everything is moved as it is.</value>
    public DataMaskingPolicy? Masking { get; init; }

    /// <summary>Whether the move may go up into the environment of highest rank.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool AllowIntoProduction { get; init; }

    /// <summary>Whether files are removed that the source has not.</summary>
    /// <value>Default: <see langword="false"/>, they stay. A database is always replaced as a whole.</value>
    public bool DeleteMissing { get; init; }

    /// <summary>Whether contents are read and compared even where size, time and record say that nothing has changed.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool VerifyContents { get; init; }
}
