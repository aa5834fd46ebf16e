using System.Diagnostics.CodeAnalysis;

namespace Varai.FeatureFlags;

/// <summary>All flags of one moment. Whoever holds it sees one state, whatever changes meanwhile.</summary>
/// <remarks>Immutable; safe from any thread.</remarks>
public abstract class FlagSnapshot
{
    /// <summary>Creates a snapshot.</summary>
    /// <param name="version">Its version.</param>
    protected FlagSnapshot(long version) => Version = version;

    /// <summary>1 for the first snapshot that the process loads, then one more each time; 0 before the first.</summary>
    public long Version { get; }

    /// <summary>The flags, in the order of their definitions.</summary>
    public abstract IReadOnlyList<ResolvedFlag> Flags { get; }

    /// <summary>A flag by its name, whatever its case.</summary>
    /// <param name="name">The name.</param>
    /// <param name="flag">The flag.</param>
    /// <returns><see langword="false"/> when there is none.</returns>
    public abstract bool TryFind(string name, [NotNullWhen(true)] out ResolvedFlag? flag);
}
