using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Varai.Secrets;

/// <summary>The slots by address, bounded in number. Finding one takes no lock.</summary>
/// <param name="maximumSlots">The most slots; those that are watched or being read are kept beyond it.</param>
/// <param name="isWatched">Whether somebody waits for changes of a name, who would miss one if its last value were dropped.</param>
internal sealed class SecretCache(int maximumSlots, Func<string, bool> isWatched)
{
    private readonly ConcurrentDictionary<string, SecretSlot> _slots = new();
    private readonly Dictionary<string, List<SecretSlot>> _versions = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Guards every change of a slot; held for dictionary operations only.</summary>
    public Lock Gate { get; } = new();

    public IEnumerable<SecretSlot> Slots => _slots.Select(pair => pair.Value);

    public bool TryGet(string key, [NotNullWhen(true)] out SecretSlot? slot) => _slots.TryGetValue(key, out slot);

    /// <summary>The slot of a whole secret, or of one version of it. Under the lock.</summary>
    public SecretSlot GetOrAdd(string key, SecretAddress address)
    {
        if (_slots.TryGetValue(key, out SecretSlot? slot))
            return slot;

        slot = new SecretSlot(key, address, whole: null);
        if (address.Version is not null)
        {
            if (!_versions.TryGetValue(address.Name, out List<SecretSlot>? versions))
                _versions.Add(address.Name, versions = []);
            versions.Add(slot);
        }

        Add(slot);
        return slot;
    }

    /// <summary>The slot of a field. Under the lock.</summary>
    public SecretSlot GetOrAddField(string key, SecretAddress address, SecretSlot whole)
    {
        if (_slots.TryGetValue(key, out SecretSlot? slot))
        {
            slot.Whole = whole;
            return slot;
        }

        slot = new SecretSlot(key, address, whole);
        Add(slot);
        return slot;
    }

    /// <summary>The slots of a name and of its versions. Under the lock.</summary>
    public IEnumerable<SecretSlot> SlotsOf(string name)
    {
        if (_slots.TryGetValue(name, out SecretSlot? slot))
            yield return slot;
        if (!_versions.TryGetValue(name, out List<SecretSlot>? versions))
            yield break;
        foreach (SecretSlot version in versions)
            yield return version;
    }

    /// <summary>Drops everything and overwrites the values. Under the lock.</summary>
    public void Clear()
    {
        foreach (SecretSlot slot in Slots)
        {
            slot.Entry?.Secret?.Value.Dispose();
            Drop(slot);
        }

        _slots.Clear();
        _versions.Clear();
        _count = 0;
    }

    private void Add(SecretSlot slot)
    {
        _slots[slot.Key] = slot;
        if (++_count > maximumSlots)
            DropSome(slot);
    }

    // A tenth at a time, so that the sorting is spread over many additions. Those whose time to live ends first go first.
    private void DropSome(SecretSlot keep)
    {
        SecretSlot[] dropped = [.. Slots
            .Where(slot => slot != keep && slot.Flight is null && !(slot.Address is { Version: null, Field: null } && isWatched(slot.Key)))
            .OrderBy(slot => slot.Entry?.FreshUntil ?? long.MinValue)
            .Take(Math.Max(1, maximumSlots / 10))];
        foreach (SecretSlot slot in dropped)
        {
            _slots.TryRemove(slot.Key, out _);
            _count--;
            if (slot.Address is { Version: not null, Field: null } && _versions.TryGetValue(slot.Address.Name, out List<SecretSlot>? versions)
                && versions.Remove(slot) && versions.Count == 0)
                _versions.Remove(slot.Address.Name);
            Drop(slot);
        }
    }

    private static void Drop(SecretSlot slot)
    {
        slot.IsDropped = true;
        slot.Entry = null;
    }
}
