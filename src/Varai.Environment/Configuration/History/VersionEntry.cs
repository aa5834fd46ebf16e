namespace Varai.Configuration.History;

/// <summary>One version as it lies in the state store. Persisted: members are only ever added.</summary>
internal sealed record VersionEntry
{
    public int Format { get; init; } = 1;

    public required string Environment { get; init; }

    public required long Number { get; init; }

    public required string ContentHash { get; init; }

    public string? ParentHash { get; init; }

    public required string Author { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string Reason { get; init; }

    public required ConfigurationChangeSource Source { get; init; }

    public string? Operation { get; init; }

    /// <summary>The files as they were, so that a version can be restored byte for byte.</summary>
    public required IReadOnlyList<VersionFile> Files { get; init; }

    /// <summary>Component name to the blob of its canonical JSON: an unchanged component costs a reference.</summary>
    public required IReadOnlyDictionary<string, string> Components { get; init; }

    /// <summary>The blob of the differences against the version before; <see langword="null"/> for the first.</summary>
    public string? Changes { get; init; }
}
