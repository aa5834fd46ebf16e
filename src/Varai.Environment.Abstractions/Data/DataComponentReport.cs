namespace Varai.Data;

/// <summary>What became of a component. Everything in it was verified in the target before it was put in place.</summary>
/// <param name="Component">The component's name.</param>
/// <param name="Id">The id of the attempt.</param>
/// <param name="HasChanged">Whether anything in the target was replaced.</param>
public sealed record DataComponentReport(string Component, string Id, bool HasChanged)
{
    /// <summary>Whether it went on from where an earlier call was cut off.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IsResumed { get; init; }

    /// <summary>Whether it was resumed on a new snapshot, so that all of it was copied again: so with databases.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IsNewSnapshot { get; init; }

    /// <summary>How many items were read and written.</summary>
    /// <value>Default: 0.</value>
    public long Copied { get; init; }

    /// <summary>How many items the target had already.</summary>
    /// <value>Default: 0.</value>
    public long Unchanged { get; init; }

    /// <summary>How many items an earlier call had written.</summary>
    /// <value>Default: 0.</value>
    public long Resumed { get; init; }

    /// <summary>How many files were removed.</summary>
    /// <value>Default: 0.</value>
    public long Deleted { get; init; }

    /// <summary>How many bytes were read and written.</summary>
    /// <value>Default: 0.</value>
    public long BytesCopied { get; init; }

    /// <summary>How long it took.</summary>
    /// <value>Default: zero.</value>
    public TimeSpan Duration { get; init; }

    /// <summary>The tables of a database.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<DataTableReport> Tables { get; init; } = [];

    /// <summary>What somebody should know, for instance what was left out.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
