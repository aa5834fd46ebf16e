namespace Varai.Configuration.History;

/// <summary>A change through the API that is being written to files: after a crash it is finished at the next start, and its
/// version gets the author and reason it was asked for with.</summary>
internal sealed record PendingChange(
    string ContentHash,
    string Author,
    string Reason,
    DateTimeOffset Time,
    ConfigurationChangeSource Source,
    IReadOnlyList<PendingFile> Files,
    string? Operation = null);
