using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Varai.Secrets;

/// <summary>The entries by name, bounded in number. Reading takes no lock; the store's lock guards every change.</summary>
internal sealed class SecretCache(int maximumEntries)
{
    private readonly ConcurrentDictionary<string, SecretCacheEntry> _entries = new();
    private int _count;

    public IEnumerable<KeyValuePair<string, SecretCacheEntry>> Entries => _entries;

    public bool TryGet(string name, [NotNullWhen(true)] out SecretCacheEntry? entry) => _entries.TryGetValue(name, out entry);

    public void Put(string name, SecretCacheEntry entry)
    {
        if (_entries.TryAdd(name, entry))
        {
            if (++_count > maximumEntries)
                DropOldest(name);
        }
        else
        {
            _entries[name] = entry;
        }
    }

    /// <summary>Makes the next read ask. The entry stays, unservable, so that the read can tell whether the value changed.</summary>
    public void Expire(string name)
    {
        if (_entries.TryGetValue(name, out SecretCacheEntry? entry))
            _entries[name] = entry with { FreshUntil = long.MinValue, StaleUntil = long.MinValue, IsStale = false };
    }

    // A tenth at a time, so that the sorting is spread over many additions.
    private void DropOldest(string keep)
    {
        foreach ((string name, _) in _entries.ToArray()
            .Where(pair => pair.Key != keep)
            .OrderBy(pair => pair.Value.ReadAt)
            .Take(Math.Max(1, maximumEntries / 10)))
        {
            if (_entries.TryRemove(name, out _))
                _count--;
        }
    }
}
