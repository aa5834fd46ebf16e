using System.Collections.Frozen;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>All flags compiled; replaced as a whole.</summary>
internal sealed class FeatureFlagSnapshot
{
    private readonly FrozenDictionary<string, CompiledFlag> _exact;
    private readonly Dictionary<string, CompiledFlag> _anyCase;
    private CompiledFlag?[] _byIndex = [];

    public FeatureFlagSnapshot(FeatureFlagSet set, CompiledFlag[] flags, long version)
    {
        Set = set;
        Flags = flags;
        Version = version;
        Names = [.. flags.Select(f => f.Name)];
        _exact = flags.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
        _anyCase = new Dictionary<string, CompiledFlag>(flags.Length, StringComparer.OrdinalIgnoreCase);
        foreach (CompiledFlag flag in flags)
            _anyCase.Add(flag.Name, flag);
    }

    /// <summary>No flags, before the first load.</summary>
    public static FeatureFlagSnapshot Empty { get; } = new(FeatureFlagSet.Empty, [], version: 0);

    /// <summary>What it was compiled from.</summary>
    public FeatureFlagSet Set { get; }

    public CompiledFlag[] Flags { get; }

    public IReadOnlyList<string> Names { get; }

    public long Version { get; }

    /// <summary>A flag by its name: as written first, since that is how code names it, then whatever its case.</summary>
    public CompiledFlag? Find(string name) =>
        _exact.TryGetValue(name, out CompiledFlag? flag) || _anyCase.TryGetValue(name, out flag) ? flag : null;

    /// <summary>A declared flag, found by its name once.</summary>
    public CompiledFlag? Find(Flag flag)
    {
        CompiledFlag?[] byIndex = Volatile.Read(ref _byIndex);
        int index = flag.Index;
        return (uint)index < (uint)byIndex.Length && byIndex[index] is { } found ? found : Resolve(flag);
    }

    // Two threads may resolve at once and one of them lose what it remembered; it is found by name again then.
    private CompiledFlag? Resolve(Flag flag)
    {
        if (Find(flag.Name) is not { } found)
            return null;
        CompiledFlag?[] byIndex = _byIndex;
        if (flag.Index >= byIndex.Length)
        {
            Array.Resize(ref byIndex, Math.Max(flag.Index + 1, byIndex.Length * 2));
            byIndex[flag.Index] = found;
            Volatile.Write(ref _byIndex, byIndex);
        }
        else
        {
            Volatile.Write(ref byIndex[flag.Index], found);
        }

        return found;
    }
}
