namespace Varai.Configuration;

/// <summary>Asks for the values of a recorded version back.</summary>
public sealed record ConfigurationRestore
{
    /// <summary>Starts a restore.</summary>
    /// <param name="number">The version's number.</param>
    /// <param name="author">Who restores it.</param>
    /// <param name="reason">Why.</param>
    public ConfigurationRestore(long number, string author, string reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Number = number;
        Author = author;
        Reason = reason;
    }

    /// <summary>The version's number.</summary>
    public long Number { get; }

    /// <summary>Who restores it.</summary>
    public string Author { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>The environment.</summary>
    /// <value>Default: <see langword="null"/>, the one the service runs in.</value>
    public string? EnvironmentName { get; init; }

    /// <summary>Whether the files that other environments share are restored too.</summary>
    /// <value>Default: <see langword="false"/>: only the environment's own files are written, and the restore is refused where
    /// that does not bring the version's values back.</value>
    public bool IncludeSharedFiles { get; init; }
}
