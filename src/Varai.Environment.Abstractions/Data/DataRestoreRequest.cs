namespace Varai.Data;

/// <summary>What to restore into, and how.</summary>
/// <param name="Environment">The environment.</param>
/// <param name="Id">The attempt: what an attempt with the same id has built is used again, what others left is removed. 32
/// hexadecimal digits.</param>
public sealed record DataRestoreRequest(string Environment, string Id)
{
    /// <summary>Whether files are removed that the capture has not.</summary>
    /// <value>Default: <see langword="false"/>, they stay. A database is always replaced as a whole.</value>
    public bool DeleteMissing { get; init; }

    /// <summary>Whether contents are read and compared even where size, time and record say that nothing has changed.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool VerifyContents { get; init; }
}
