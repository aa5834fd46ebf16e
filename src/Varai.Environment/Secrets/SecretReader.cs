namespace Varai.Secrets;

/// <summary>Reads what is not warm: decides whether to ask, whether to wait, and what may be given meanwhile.</summary>
internal sealed class SecretReader(
    SecretCache cache, SecretCacheClock clock, SecretFlights flights, SecretRefresher refresher, bool mayServeStale)
{
    /// <summary>The key of the secret that an address is of, without its field.</summary>
    public static string WholeOf(string name, SecretAddress address) =>
        address.Field is null ? name : name[..^(address.Field.Length + 1)];

    public async ValueTask<SecretReading> ReadAsync(string name, CancellationToken cancellationToken)
    {
        if (Keyed(name, out string key, out SecretAddress? address) is { } slot && TryServe(slot) is { } served)
            return Pick(name, address, served);

        address ??= SecretAddress.Parse(name);
        SecretFlight flight = Join(key, address);
        if (!flight.Answer.IsCompleted && flight.Slot.Entry is { IsBroken: false } last && last.MayServe(clock.Now))
        {
            if (last.IsFailing)
                return Pick(name, address, new SecretReading(last, SecretOutcome.Stale));
            if (mayServeStale)
                flights.SetDeadline(flight);
        }

        return Pick(name, address, await flight.Answer.WaitAsync(cancellationToken).ConfigureAwait(false));
    }

    public SecretReading ReadNow(string name)
    {
        if (Keyed(name, out string key, out SecretAddress? address) is { } slot && TryServe(slot) is { } served)
            return Pick(name, address, served);

        address ??= SecretAddress.Parse(name);
        SecretFlight flight = Join(key, address);
        if (!flight.IsAnswered)
        {
            if (flight.Slot.Entry is { IsBroken: false } last && last.MayServe(clock.Now))
                return Pick(name, address, new SecretReading(last, SecretOutcome.Stale));
            // Another thread is inside a provider that answers synchronously. Waiting for that thread would be blocking; asking
            // once more is not.
            if (!flight.IsWaiting)
                flight = flights.FlyAlone(flight.Slot);
            if (!flight.IsAnswered)
                throw new SecretNotReadyException(name);
        }

        return Pick(name, address, flight.GetAnswer());
    }

    /// <summary>Begins to read a name on another thread, if nothing is known of it.</summary>
    public void Begin(string name)
    {
        refresher.Subscribe();
        SecretSlot slot;
        lock (cache.Gate)
            slot = cache.GetOrAdd(name, SecretAddress.Parse(name));
        if (slot.Entry is null)
            flights.Refresh(slot);
        else
            refresher.Watch(name);
    }

    private SecretFlight Join(string key, SecretAddress address)
    {
        refresher.Subscribe();
        return flights.Join(key, address.Field is null ? address : SecretAddress.Parse(key));
    }

    // The slot of the whole secret; the address is made only where the name has parts.
    private SecretSlot? Keyed(string name, out string key, out SecretAddress? address)
    {
        address = null;
        key = name;
        if (cache.TryGet(name, out SecretSlot? slot))
        {
            address = slot.Address;
            if (address.Field is null)
                return slot;
            key = slot.Whole!.Key;
        }
        else if (name.Contains('#', StringComparison.Ordinal))
        {
            address = SecretAddress.Parse(name);
            key = WholeOf(name, address);
        }

        return cache.TryGet(key, out slot) ? slot : null;
    }

    /// <summary>What is known, if it is within its time to live.</summary>
    private SecretReading? TryServe(SecretSlot slot)
    {
        if (slot.Entry is not { } entry)
            return null;

        long now = clock.Now;
        if (entry.IsBroken)
        {
            Forget(slot, entry);
            return null;
        }

        if (now < entry.RefreshAt)
        {
            entry.Failure?.Throw();
            return new SecretReading(
                entry, entry.Secret is null ? SecretOutcome.NotFound : entry.IsStale(now) ? SecretOutcome.Stale : SecretOutcome.Cached);
        }

        if (now >= entry.FreshUntil || entry.Failure is not null || entry.Secret is null)
            return null;

        // Ahead of the end of its time to live, so that nobody has to wait then.
        flights.Refresh(slot);
        return new SecretReading(entry, SecretOutcome.Cached);
    }

    private void Forget(SecretSlot slot, SecretCacheEntry entry)
    {
        lock (cache.Gate)
        {
            if (ReferenceEquals(slot.Entry, entry))
                SecretFlights.Forget(slot);
        }
    }

    /// <summary>The field that was asked for, taken out of the secret once per version.</summary>
    private SecretReading Pick(string name, SecretAddress? address, SecretReading whole)
    {
        if (address?.Field is null || whole.Entry.Secret is not { } secret)
            return whole;

        SecretCacheEntry? known = cache.TryGet(name, out SecretSlot? slot) ? slot.Entry : null;
        if (known is { IsBroken: false } && ReferenceEquals(known.Origin, whole.Entry))
            return whole with { Entry = known };

        bool isSame = known is { IsBroken: false } && ReferenceEquals(known.Origin?.Secret?.Value, secret.Value);
        Secret field = isSame
            ? new Secret(name, known!.Secret!.Value, secret.Provider) { Version = secret.Version, ExpiresAt = secret.ExpiresAt, CreatedAt = secret.CreatedAt }
            : SecretField.Extract(secret, address);
        return whole with { Entry = Keep(name, address, whole.Entry, field) };
    }

    private SecretCacheEntry Keep(string name, SecretAddress address, SecretCacheEntry whole, Secret field)
    {
        SecretCacheEntry entry = whole.ForField(field);
        lock (cache.Gate)
        {
            // Kept only beside the secret that it was taken from, so that both are overwritten together.
            if (!cache.TryGet(WholeOf(name, address), out SecretSlot? slot) || !ReferenceEquals(slot.Entry, whole))
                return entry;

            SecretSlot fieldSlot = cache.GetOrAddField(name, address, slot);
            if (fieldSlot.Entry is { IsBroken: false } other && ReferenceEquals(other.Origin, whole))
                return other;
            return fieldSlot.Entry = entry;
        }
    }
}
