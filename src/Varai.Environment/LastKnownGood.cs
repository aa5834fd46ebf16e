namespace Varai;

/// <summary>What a node last read from the state store and used.</summary>
/// <param name="ReadAt">When it was read.</param>
/// <param name="Version">The version that the store gave it.</param>
/// <param name="Contents">Contents by name.</param>
internal sealed record LastKnownGood(
    DateTimeOffset ReadAt, long Version, IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> Contents);
