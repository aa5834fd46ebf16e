namespace Varai.Data;

/// <summary>What became of an item.</summary>
/// <param name="Item">The item.</param>
/// <param name="Outcome">What was done.</param>
/// <param name="Bytes">How many bytes its content has.</param>
public sealed record DataItemResult(DataItem Item, DataItemOutcome Outcome, long Bytes)
{
    /// <summary>How many rows a table has.</summary>
    /// <value>Default: <see langword="null"/>, it is no table.</value>
    public long? Rows { get; init; }

    /// <summary>The fingerprint of its content: SHA-256 of a file in lower-case hexadecimal digits; for a table see
    /// <see cref="RowFingerprint"/>.</summary>
    /// <value>Default: <see langword="null"/>, it has none.</value>
    public string? Fingerprint { get; init; }
}
