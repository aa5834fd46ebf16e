using Varai.FeatureFlags.Evaluation;

namespace Varai.FeatureFlags.Usage;

/// <summary>Gathers what this process sees of the flags' use.</summary>
internal sealed class FlagUsageTracker
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FlagUsageEntry> _entries = new(StringComparer.OrdinalIgnoreCase);
    private FeatureFlagSnapshot _snapshot = FeatureFlagSnapshot.Empty;
    private FlagReaches _reaches = new();
    private DateTimeOffset? _since;
    private bool _isChanged;

    /// <summary>Notes which flags were evaluated since the last time, and has the next evaluation of each note itself again.</summary>
    public void Sweep(FeatureFlagSnapshot current, DateTimeOffset now)
    {
        lock (_lock)
        {
            _since ??= now;
            var asked = new HashSet<CompiledFlag>();
            Collect(_snapshot, asked);
            if (_snapshot != current)
            {
                Collect(current, asked);
                _snapshot = current;
                _reaches = new FlagReaches();
            }

            var names = asked.Select(f => f.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (CompiledFlag flag in current.Flags)
                Note(flag, names.Contains(flag.Name), now);
            foreach (string gone in _entries.Keys.Where(name => current.Find(name) is null).ToArray())
                _isChanged |= _entries.Remove(gone);
        }
    }

    /// <summary>What is to be written down; null when nothing has changed.</summary>
    public FlagUsageDocument? TakeChanges(DateTimeOffset now)
    {
        lock (_lock)
        {
            bool isChanged = _isChanged;
            _isChanged = false;
            return isChanged ? Document(now) : null;
        }
    }

    /// <summary>Writing failed: what was taken is to be written still.</summary>
    public void GiveBack()
    {
        lock (_lock)
            _isChanged = true;
    }

    /// <summary>Takes over what other nodes and earlier runs have seen.</summary>
    public void Adopt(FlagUsageDocument written)
    {
        lock (_lock)
        {
            if (written.ObservedSince < _since)
                _since = written.ObservedSince;
            foreach ((string name, FlagUsageEntry entry) in written.Flags)
            {
                if (_entries.TryGetValue(name, out FlagUsageEntry? own))
                    _entries[name] = entry.Merge(own);
            }
        }
    }

    /// <summary>Everything known here, with what is written down.</summary>
    public FlagUsageReport Report(FlagUsageDocument? stored, DateTimeOffset now, string? stateFailure)
    {
        lock (_lock)
        {
            FlagUsageDocument known = FlagUsageDocument.Merge(Document(now), stored, now);
            FlagUsage[] flags = [.. _snapshot.Flags.Select(flag =>
            {
                FlagUsageEntry entry = known.Flags[flag.Name];
                return new FlagUsage(flag.Name, _reaches.Of(flag), entry.FirstSeen, entry.LastEvaluated, entry.FullSince);
            })];
            return new FlagUsageReport(now, known.ObservedSince, flags, stateFailure);
        }
    }

    private FlagUsageDocument Document(DateTimeOffset now) => new(
        FlagUsageDocument.PresentFormat,
        _since ?? now,
        new SortedDictionary<string, FlagUsageEntry>(_entries, StringComparer.OrdinalIgnoreCase));

    private static void Collect(FeatureFlagSnapshot snapshot, HashSet<CompiledFlag> asked)
    {
        foreach (CompiledFlag flag in snapshot.Flags)
        {
            bool wasAsked = flag.WasAsked;
            flag.WasAsked = false;
            // Also when it was not asked: an evaluation that was under way may have set it after the last sweep.
            flag.Fast = FastAnswer.Ask;
            if (wasAsked)
                Add(flag, asked);
        }
    }

    // Who asks for a flag asks for its prerequisites.
    private static void Add(CompiledFlag flag, HashSet<CompiledFlag> asked)
    {
        if (!asked.Add(flag))
            return;
        foreach (CompiledPrerequisite prerequisite in flag.Prerequisites)
            Add(prerequisite.Flag, asked);
    }

    private void Note(CompiledFlag flag, bool wasAsked, DateTimeOffset now)
    {
        FlagUsageEntry? before = _entries.GetValueOrDefault(flag.Name);
        FlagUsageEntry entry = (before ?? new FlagUsageEntry(now)).WithReach(_reaches.Of(flag) == FlagReach.Everybody, now);
        if (wasAsked)
            entry = entry with { LastEvaluated = now };
        if (entry == before)
            return;
        _entries[flag.Name] = entry;
        _isChanged = true;
    }
}
