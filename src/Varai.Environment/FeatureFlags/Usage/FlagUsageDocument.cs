namespace Varai.FeatureFlags.Usage;

/// <summary>What is written down of an environment's flags.</summary>
internal sealed record FlagUsageDocument(int Format, DateTimeOffset ObservedSince, IReadOnlyDictionary<string, FlagUsageEntry> Flags)
{
    public const int PresentFormat = 1;

    // A flag may be missing for a while where two releases run side by side.
    private static readonly TimeSpan Forgiveness = TimeSpan.FromDays(1);
    private static readonly TimeSpan Remembrance = TimeSpan.FromDays(30);

    /// <summary>What one node knows and what was written before, as one.</summary>
    /// <param name="own">What the node knows.</param>
    /// <param name="stored">What was written before; null when nothing was.</param>
    /// <param name="now">The time.</param>
    public static FlagUsageDocument Merge(FlagUsageDocument own, FlagUsageDocument? stored, DateTimeOffset now)
    {
        if (stored is null)
            return own;
        var flags = new SortedDictionary<string, FlagUsageEntry>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, FlagUsageEntry entry) in stored.Flags)
            flags[name] = entry;
        foreach ((string name, FlagUsageEntry entry) in flags.Where(f => !own.Flags.ContainsKey(f.Key)).ToArray())
        {
            if (now - entry.GoneAt > Remembrance)
                flags.Remove(name);
            else if (entry.GoneAt is null)
                flags[name] = entry with { GoneAt = now };
        }

        foreach ((string name, FlagUsageEntry entry) in own.Flags)
        {
            bool isKnown = flags.TryGetValue(name, out FlagUsageEntry? known) && !(now - known.GoneAt > Forgiveness);
            flags.Remove(name);
            flags[name] = isKnown ? entry.Merge(known!).WithReach(entry.FullSince is not null, now) : entry;
        }

        DateTimeOffset since = own.ObservedSince < stored.ObservedSince ? own.ObservedSince : stored.ObservedSince;
        return new FlagUsageDocument(PresentFormat, since, flags);
    }
}
