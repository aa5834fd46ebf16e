namespace Varai.Data;

/// <summary>What a commit did.</summary>
/// <param name="HasChanged">Whether anything in the environment was replaced.</param>
public sealed record DataRestoreResult(bool HasChanged)
{
    /// <summary>The tables as they are now.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<DataTableReport> Tables { get; init; } = [];

    /// <summary>How many files were removed.</summary>
    /// <value>Default: 0.</value>
    public long Deleted { get; init; }

    /// <summary>What somebody should know.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
