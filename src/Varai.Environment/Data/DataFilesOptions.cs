namespace Varai.Data;

/// <summary>Where a component of files is in each environment, and how it is restored.</summary>
public sealed class DataFilesOptions
{
    /// <summary>The section of the host's configuration; the component's name follows.</summary>
    public const string SectionName = "Varai:Data:Files";

    /// <summary>The folder of each environment; a relative path starts at the content root.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, string> Directories { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How a target that is there is changed.</summary>
    /// <value>Default: <see cref="DataFilesReplacement.Swap"/>.</value>
    public DataFilesReplacement Replacement { get; set; } = DataFilesReplacement.Swap;

    /// <summary>What share of the target's files a migration may remove that was asked to remove what the source has not.</summary>
    /// <value>Default: 0.05; from 0 to 1.</value>
    public double MaximumDeletedShare { get; set; } = 0.05;

    /// <summary>Whether symbolic links that lead out of the tree are left out, with a note in the report.</summary>
    /// <value>Default: <see langword="false"/>, a migration with one fails.</value>
    public bool SkipOutsideLinks { get; set; }

    /// <summary>How many files are copied at once.</summary>
    /// <value>Default: 4; from 1 to 64.</value>
    public int Parallelism { get; set; } = 4;

    /// <summary>Names the folder of an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="path">The folder; a relative path starts at the content root.</param>
    /// <returns>These options.</returns>
    public DataFilesOptions Directory(string environment, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(environment);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Directories[environment] = path;
        return this;
    }
}
