using Microsoft.Extensions.Logging;

namespace Varai.Secrets;

/// <summary>The reads that are under way, one per secret: the first caller starts it, the others wait for it, nobody's cancellation
/// ends it.</summary>
internal sealed class SecretFlights(
    SecretCache cache, SecretCacheClock clock, SecretChain chain, SecretChanges changes, TimeSpan refreshWait, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _lifetime = new();
    private volatile bool _isDisposed;

    public bool IsDisposed => _isDisposed;

    /// <summary>Called after an entry was put into the cache.</summary>
    public Action<SecretSlot, SecretCacheEntry>? Kept { get; set; }

    /// <summary>The flight that reads a secret: the one under way, or a new one, started on this thread.</summary>
    public SecretFlight Join(string key, SecretAddress address)
    {
        SecretFlight flight;
        bool isNew;
        lock (cache.Gate)
            flight = Find(key, address, out isNew);
        if (isNew)
            _ = FlyAsync(flight);
        return flight;
    }

    /// <summary>The flight that reads a secret: the one under way, or a new one, which whoever asks has to start.</summary>
    public SecretFlight Prepare(string key, SecretAddress address, out bool isNew)
    {
        lock (cache.Gate)
            return Find(key, address, out isNew);
    }

    /// <summary>Reads a secret on another thread, unless it is being read or was read just now.</summary>
    public SecretFlight? Refresh(SecretSlot slot)
    {
        SecretFlight flight;
        lock (cache.Gate)
        {
            if (_isDisposed || slot.IsDropped || slot.Flight is not null)
                return slot.Flight;
            // The flight that this caller just missed may have landed.
            if (IsCurrent(slot))
                return null;
            flight = Begin(slot);
        }

        // Without the caller's context: the refresh belongs to nobody's trace, and its accesses are nobody's.
        ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.Flights.FlyAsync(self.Flight), (Flights: this, Flight: flight), preferLocal: false);
        return flight;
    }

    /// <summary>A flight of its own, whose outcome is not cached.</summary>
    public SecretFlight FlyAlone(SecretSlot slot)
    {
        var flight = new SecretFlight(slot, clock.Now) { IsDetached = true };
        _ = FlyAsync(flight);
        return flight;
    }

    public async Task FlyAsync(SecretFlight flight)
    {
        SecretAnswer answer = default;
        Exception? error = null;
        try
        {
            SecretAddress address = flight.Slot.Address;
            ValueTask<SecretAnswer> reading = chain.ReadAsync(new SecretRequest(address.Name) { Version = address.Version }, _lifetime.Token);
            flight.IsWaiting = !reading.IsCompleted;
            answer = await reading.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_isDisposed)
        {
            error = new ObjectDisposedException(nameof(ISecretStore));
        }
        catch (Exception e)
        {
            error = e;
        }

        Land(flight, answer, error);
    }

    /// <summary>Caches the outcome, lets the callers go, and then tells of what has changed.</summary>
    public void Land(SecretFlight flight, SecretAnswer answer, Exception? error)
    {
        if (answer.Secret is { } given && given.Value.IsDisposed())
        {
            error = new SecretProviderException(
                given.Provider, "read", flight.Slot.Key, "it gave a value that is disposed already. It must give a copy that belongs to the store.");
        }

        SecretCacheEntry? entry;
        SecretChange? change = null;
        bool isNewlyStale = false;
        bool isRefresh;
        lock (cache.Gate)
        {
            flight.Deadline?.Dispose();
            SecretCacheEntry? previous = flight.IsDetached ? null : flight.Slot.Entry;
            isRefresh = previous?.Secret is not null;
            if (error is null && _isDisposed)
            {
                answer.Secret?.Value.Dispose();
                error = new ObjectDisposedException(nameof(ISecretStore));
            }

            entry = error switch
            {
                null => clock.Keep(ReuseValue(previous, answer), flight.IsOutdated),
                SecretProviderException e => KeepFailed(previous, e),
                _ => null,
            };
            if (!flight.IsDetached)
            {
                flight.Slot.Flight = null;
                if (entry is not null && !_isDisposed)
                {
                    flight.Slot.Entry = entry;
                    isNewlyStale = entry.IsStale(clock.Now) && previous?.IsStale(clock.Now) != true;
                    change = error is null ? Compare(flight.Slot, previous, entry) : null;
                }
            }
        }

        if (entry is null || entry.Failure is not null)
            flight.Fail(error!);
        else
            flight.Complete(new SecretReading(entry, OutcomeOf(entry, error)));
        Tell(flight, entry, change, isNewlyStale, isRefresh ? error is not null ? "failed" : change is null ? "same" : "changed" : null);
    }

    /// <summary>Lets those who wait for a flight have the last known value once it has taken too long. For a flight that may give a
    /// value past its time to live.</summary>
    public void SetDeadline(SecretFlight flight)
    {
        TimeSpan left = refreshWait - clock.Since(flight.StartedAt);
        if (left <= TimeSpan.Zero)
        {
            GiveStale(flight);
            return;
        }

        lock (cache.Gate)
        {
            if (flight.Deadline is null && !flight.Answer.IsCompleted && !flight.IsDetached)
            {
                flight.Deadline = time.CreateTimer(
                    static state => ((Overdue)state!).Flights.GiveStale(((Overdue)state).Flight),
                    new Overdue(this, flight),
                    left,
                    Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Makes the next read of a name, and of its versions, ask. Under the lock.</summary>
    public void Forget(string name)
    {
        foreach (SecretSlot slot in cache.SlotsOf(name))
            Forget(slot);
    }

    /// <summary>Makes the next read of a name, and of its versions, ask; what is known may still be served while that takes long or fails.
    /// Under the lock.</summary>
    public void Doubt(string name)
    {
        foreach (SecretSlot slot in cache.SlotsOf(name))
        {
            Detach(slot);
            if (slot.Entry is { } entry)
                slot.Entry = clock.Outdate(entry);
        }
    }

    /// <summary>Makes the next read ask, and keeps the outcome of the one that is under way out of the cache. Under the lock.</summary>
    public static void Forget(SecretSlot slot)
    {
        Detach(slot);
        if (slot.Entry is { } entry)
            slot.Entry = SecretCacheClock.Expire(entry);
    }

    public void Dispose()
    {
        lock (cache.Gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            foreach (SecretSlot slot in cache.Slots)
                slot.Flight?.Deadline?.Dispose();
            cache.Clear();
        }

        _lifetime.Cancel();
        _lifetime.Dispose();
    }

    private SecretFlight Find(string key, SecretAddress address, out bool isNew)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, typeof(ISecretStore));
        isNew = false;
        SecretSlot slot = cache.GetOrAdd(key, address);
        if (slot.Flight is { } flight)
            return flight;

        // The flight that this caller just missed may have landed.
        if (IsCurrent(slot))
        {
            SecretCacheEntry entry = slot.Entry!;
            flight = new SecretFlight(slot, clock.Now);
            if (entry.Failure is { } failure)
                flight.Fail(failure.SourceException);
            else
                flight.Complete(new SecretReading(entry, OutcomeOf(entry, error: null)));
            return flight;
        }

        isNew = true;
        return Begin(slot);
    }

    private bool IsCurrent(SecretSlot slot) => slot.Entry is { IsBroken: false } entry && clock.Now < entry.RefreshAt;

    private static void Detach(SecretSlot slot)
    {
        if (slot.Flight is not { } flight)
            return;
        flight.IsDetached = true;
        slot.Flight = null;
    }

    private SecretFlight Begin(SecretSlot slot) => slot.Flight = new SecretFlight(slot, clock.Now);

    private SecretCacheEntry KeepFailed(SecretCacheEntry? previous, SecretProviderException error)
    {
        if (previous is { IsBroken: false } && previous.MayServe(clock.Now))
        {
            SecretCacheEntry kept = clock.KeepFailing(previous);
            if (kept.MayServe(clock.Now))
                return kept;
        }

        return clock.KeepFailure(previous?.Secret, error);
    }

    // While the value stays the same, there is one copy of it and of what was made of it.
    private static SecretAnswer ReuseValue(SecretCacheEntry? previous, SecretAnswer answer)
    {
        if (previous?.Secret is not { } old || answer.Secret is not { } read || ReferenceEquals(old.Value, read.Value)
            || !SecretChanges.HaveSameContent(old.Value, read.Value))
            return answer;

        read.Value.Dispose();
        return answer with
        {
            Secret = new Secret(read.Name, old.Value, read.Provider)
            {
                Version = read.Version,
                ExpiresAt = read.ExpiresAt,
                CreatedAt = read.CreatedAt,
                ContentType = read.ContentType,
            },
        };
    }

    private SecretChange? Compare(SecretSlot slot, SecretCacheEntry? previous, SecretCacheEntry entry)
    {
        // Nothing is known of what was there before, or it is one version, which others watch by the name.
        if (previous is null || slot.Address.Version is not null || (previous.Secret is null && !previous.IsMissing))
            return null;
        SecretChangeKind? kind = (previous.Secret, entry.Secret) switch
        {
            (null, null) => null,
            (null, _) => SecretChangeKind.Appeared,
            (_, null) => SecretChangeKind.Deleted,
            ({ } old, { } now) => SecretChanges.AreSame(old, now) ? null : SecretChangeKind.Rotated,
        };
        return kind is null ? null : new SecretChange(slot.Key, kind.Value, time.GetUtcNow())
        {
            Provider = (entry.Secret ?? previous.Secret)!.Provider,
            OldVersion = previous.Secret?.Version,
            NewVersion = entry.Secret?.Version,
        };
    }

    private SecretOutcome OutcomeOf(SecretCacheEntry entry, Exception? error) =>
        entry.Secret is null ? SecretOutcome.NotFound
        : entry.IsStale(clock.Now) ? SecretOutcome.Stale
        : error is null ? SecretOutcome.Done
        : SecretOutcome.Cached;

    private void GiveStale(SecretFlight flight)
    {
        SecretCacheEntry kept;
        lock (cache.Gate)
        {
            if (flight.IsDetached || flight.Slot.Flight != flight || flight.Slot.Entry is not { IsBroken: false } previous || !previous.MayServe(clock.Now))
                return;
            kept = clock.KeepFailing(previous);
            if (!kept.MayServe(clock.Now))
                return;
            flight.Slot.Entry = kept;
        }

        flight.Complete(new SecretReading(kept, SecretOutcome.Stale));
        logger.SecretSlow(flight.Slot.Key, refreshWait, clock.Until(kept.StaleUntil));
    }

    // Last of all: what is thrown here must not keep anybody from his secret.
    private void Tell(SecretFlight flight, SecretCacheEntry? entry, SecretChange? change, bool isNewlyStale, string? refresh)
    {
        try
        {
            if (entry is not null)
                Kept?.Invoke(flight.Slot, entry);
            if (refresh is not null)
                chain.Metrics.Refreshed(refresh);
            if (isNewlyStale)
                logger.SecretStale(flight.Slot.Key, clock.Until(entry!.StaleUntil));
            if (change is not null)
                changes.Publish(change);
        }
        catch (Exception)
        {
            // Only a logger or a listener of metrics throws, and there is nobody else to tell.
        }
        finally
        {
            flight.Land();
        }
    }

    private sealed record Overdue(SecretFlights Flights, SecretFlight Flight);
}
