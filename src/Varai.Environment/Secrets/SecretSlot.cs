namespace Varai.Secrets;

/// <summary>The place of one address in the cache. Reading it takes no lock; the cache's lock guards every change.</summary>
/// <param name="key">The address as it is written.</param>
/// <param name="address">The address.</param>
/// <param name="whole">For a field: the slot of the secret that it is a part of.</param>
internal sealed class SecretSlot(string key, SecretAddress address, SecretSlot? whole)
{
    private volatile SecretCacheEntry? _entry;

    public string Key => key;

    public SecretAddress Address => address;

    public SecretCacheEntry? Entry
    {
        get => _entry;
        set => _entry = value;
    }

    /// <summary>The secret that a field is a part of; changed when that was dropped from the cache and is there again.</summary>
    public SecretSlot? Whole { get; set; } = whole;

    /// <summary>The read that is under way.</summary>
    public SecretFlight? Flight { get; set; }

    /// <summary>Whether it was dropped from the cache, so that nothing may be put here any more.</summary>
    public bool IsDropped { get; set; }

    /// <summary>The entry, if it can be given without doing anything else.</summary>
    public SecretCacheEntry? Warm(long now)
    {
        SecretCacheEntry? entry = _entry;
        return entry is not null && now < entry.RefreshAt && (entry.Origin is null || ReferenceEquals(entry.Origin, Whole!._entry)) ? entry : null;
    }
}
