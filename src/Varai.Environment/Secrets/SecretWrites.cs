namespace Varai.Secrets;

/// <summary>Changes secrets, and keeps the cache in step: a read that overlaps a write never brings the old value back.</summary>
internal sealed class SecretWrites(
    SecretCache cache, SecretCacheClock clock, SecretChain chain, SecretFlights flights, SecretChanges changes, TimeProvider time)
{
    // Guarded by the cache's lock.
    private readonly Dictionary<string, Pending> _pending = new(StringComparer.Ordinal);

    public async ValueTask<Secret> SetAsync(string name, SecretValue value, CancellationToken cancellationToken)
    {
        // The store's own copy, made while the caller's is surely there.
        var copy = new SecretValue(value.RevealBytes().Span);
        Pending pending = Begin(name);
        Secret? written = null;
        try
        {
            written = await chain.WriteAsync(name, value, cancellationToken).ConfigureAwait(false);
            written = new Secret(name, copy, written.Provider) { Version = written.Version };
        }
        finally
        {
            if (written is null)
                copy.Dispose();
            End(name, pending, written, isDeleted: false);
        }

        return written;
    }

    public async ValueTask<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        Pending pending = Begin(name);
        bool isDeleted = false;
        try
        {
            isDeleted = await chain.DeleteAsync(name, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            End(name, pending, written: null, isDeleted);
        }

        return isDeleted;
    }

    private Pending Begin(string name)
    {
        lock (cache.Gate)
        {
            if (_pending.TryGetValue(name, out Pending? pending))
                pending.Overlap = true;
            else
                _pending.Add(name, pending = new Pending());
            pending.Count++;
            return pending;
        }
    }

    // 'written' is what the name holds now, null when that is not known.
    private void End(string name, Pending pending, Secret? written, bool isDeleted)
    {
        SecretChange? change = null;
        lock (cache.Gate)
        {
            if (--pending.Count == 0)
                _pending.Remove(name);
            Secret? previous = cache.TryGet(name, out SecretSlot? slot) ? slot.Entry?.Secret : null;
            if (isDeleted || written is not null)
                flights.Forget(name);
            else
                flights.Doubt(name);
            if (isDeleted)
            {
                change = Change(SecretChangeKind.Deleted, name, previous, now: null);
                if (slot?.Entry is not null)
                    slot.Entry = SecretCacheClock.Missing;
            }
            else if (written is not null)
            {
                if (previous is null || !SecretChanges.AreSame(previous, written))
                    change = Change(SecretChangeKind.Written, name, previous, written);
                Keep(name, written, isSure: !pending.Overlap);
            }
        }

        if (change is not null)
            changes.Publish(change);
    }

    private void Keep(string name, Secret written, bool isSure)
    {
        if (flights.IsDisposed)
        {
            written.Value.Dispose();
            return;
        }

        // Of writes that overlap nobody here knows which came last, so the next read asks.
        SecretSlot slot = cache.GetOrAdd(name, SecretAddress.Parse(name));
        SecretCacheEntry entry = clock.Keep(new SecretAnswer(written, IsFallback: false), isOutdated: false);
        slot.Entry = isSure ? entry : SecretCacheClock.Expire(entry);
    }

    private SecretChange Change(SecretChangeKind kind, string name, Secret? before, Secret? now) => new(name, kind, time.GetUtcNow())
    {
        Provider = (now ?? before)?.Provider,
        OldVersion = before?.Version,
        NewVersion = now?.Version,
    };

    private sealed class Pending
    {
        public int Count { get; set; }

        public bool Overlap { get; set; }
    }
}
