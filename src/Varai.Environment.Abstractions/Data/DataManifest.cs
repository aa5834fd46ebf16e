namespace Varai.Data;

/// <summary>What a capture holds, as far as it is known before reading.</summary>
/// <param name="Component">The component's name.</param>
/// <param name="Format">How items are written, such as <c>files/1</c>: a restore takes only a format it knows.</param>
/// <param name="TakenAt">The moment of the view, in UTC.</param>
/// <param name="IsSnapshot">Whether all items are of one moment. A tree of files is not: each file is of one moment.</param>
/// <param name="Items">How many items there are.</param>
/// <param name="Bytes">How many bytes there are, estimated where nobody knows.</param>
public sealed record DataManifest(string Component, string Format, DateTimeOffset TakenAt, bool IsSnapshot, long Items, long Bytes)
{
    /// <summary>How many items may be read at once.</summary>
    /// <value>Default: 1.</value>
    public int MaximumParallelism { get; init; } = 1;

    /// <summary>What somebody should know about this view, for instance what was left out.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
