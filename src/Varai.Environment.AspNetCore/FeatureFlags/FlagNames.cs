using System.Collections.Frozen;
using Varai.FeatureFlags;

namespace Varai.AspNetCore.FeatureFlags;

/// <summary>Which flags there are. Asking the flags themselves for a name they lack makes them log it, which strangers must not be
/// able to bring about.</summary>
internal sealed class FlagNames
{
    private Known? _known;

    /// <summary>Finds a flag's name as it is defined.</summary>
    /// <param name="flags">The flags, pinned.</param>
    /// <param name="key">The name in any case.</param>
    /// <returns>The name; <see langword="null"/> when there is no such flag.</returns>
    public string? Find(IFeatureFlags flags, string key)
    {
        IReadOnlyList<string> names = flags.FeatureNames;
        Known? known = Volatile.Read(ref _known);
        if (known is null || !ReferenceEquals(known.Source, names) || known.Version != flags.SnapshotVersion)
        {
            known = new Known(names, flags.SnapshotVersion, names.ToFrozenSet(StringComparer.OrdinalIgnoreCase));
            Volatile.Write(ref _known, known);
        }

        return known.Names.TryGetValue(key, out string? name) ? name : null;
    }

    private sealed record Known(IReadOnlyList<string> Source, long Version, FrozenSet<string> Names);
}
