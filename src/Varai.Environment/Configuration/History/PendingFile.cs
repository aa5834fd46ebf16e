namespace Varai.Configuration.History;

/// <summary>One file of a pending change: its path and its content before (none for a new file) and after.</summary>
internal sealed record PendingFile(string Path, string? Before, string After);
