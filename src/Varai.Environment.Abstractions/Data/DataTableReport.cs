namespace Varai.Data;

/// <summary>A table that was moved.</summary>
/// <param name="Name">Its name.</param>
/// <param name="SourceRows">How many rows were taken from the source, after the filters.</param>
/// <param name="TargetRows">How many rows the target has; fewer where rows were dropped whose parents the filters left out.</param>
/// <param name="Fingerprint">Of the target's rows; see <see cref="RowFingerprint"/>.</param>
public sealed record DataTableReport(string Name, long SourceRows, long TargetRows, string Fingerprint);
