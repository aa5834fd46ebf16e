namespace Varai.Configuration;

/// <summary>What to put into the state store, by whom and why.</summary>
public sealed class EnvironmentImport
{
    /// <summary>Describes an import.</summary>
    /// <param name="directory">The folder with the files, absolute or relative to the working directory.</param>
    /// <param name="author">Who imports; recorded with the versions.</param>
    /// <param name="reason">Why; recorded with the versions.</param>
    public EnvironmentImport(string directory, string author, string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ArgumentException.ThrowIfNullOrWhiteSpace(author);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Directory = directory;
        Author = author;
        Reason = reason;
    }

    /// <summary>The folder with the files.</summary>
    public string Directory { get; }

    /// <summary>Who imports.</summary>
    public string Author { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>Whether documents that are there with other content are replaced.</summary>
    /// <value>Default: <see langword="false"/>, which refuses the import.</value>
    public bool Overwrite { get; init; }

    /// <summary>Whether all is checked and nothing changed.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool DryRun { get; init; }
}
