namespace Varai.Configuration;

/// <summary>Whether the files on disk are what readers see.</summary>
/// <param name="Errors">What is wrong with the files on disk; empty when the current snapshot is what they hold.</param>
/// <param name="Since">When this state began.</param>
public sealed record ConfigurationStatus(IReadOnlyList<ConfigurationError> Errors, DateTimeOffset Since)
{
    /// <summary>Whether the files on disk are valid and in use. When <see langword="false"/> the service runs on with the last
    /// valid document.</summary>
    public bool IsCurrent => Errors.Count == 0;

    /// <summary>While the state store that holds the environments can't be read: when the values in use were last read from it.
    /// <see langword="null"/> while it can, and for environments that are files.</summary>
    public DateTimeOffset? LastKnownGoodFrom { get; init; }

    /// <summary>Why the last change could not be recorded in the history; <see langword="null"/> when it was.</summary>
    public string? HistoryFailure { get; init; }
}
