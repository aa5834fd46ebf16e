using Microsoft.Extensions.Logging;

namespace Varai.Secrets;

/// <summary>Reads secrets again without being asked: those that are watched, when they are due, and those that a provider says have
/// changed.</summary>
internal sealed class SecretRefresher : IDisposable
{
    // How many secrets are read at once without anybody having asked.
    private const int MaximumAtOnce = 16;

    private readonly SecretCache _cache;
    private readonly SecretCacheClock _clock;
    private readonly SecretFlights _flights;
    private readonly SecretChanges _changes;
    private readonly SecretChain _chain;
    private readonly ISecretProvider[] _providers;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly List<IDisposable> _subscriptions = [];
    private long _nextDue = long.MaxValue;
    private int _isSubscribed;
    private bool _isDisposed;

    public SecretRefresher(
        SecretCache cache, SecretCacheClock clock, SecretFlights flights, SecretChanges changes, SecretChain chain, ISecretProvider[] providers, TimeProvider time, ILogger logger)
    {
        _cache = cache;
        _clock = clock;
        _flights = flights;
        _changes = changes;
        _chain = chain;
        _providers = providers;
        _logger = logger;
        _timer = time.CreateTimer(static self => ((SecretRefresher)self!).RefreshDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        flights.Kept = OnKept;
    }

    /// <summary>Asks the providers that notice changes to tell of them; done before the first read, so that none is missed.</summary>
    public void Subscribe()
    {
        if (Volatile.Read(ref _isSubscribed) != 0 || Interlocked.Exchange(ref _isSubscribed, 1) != 0)
            return;

        for (int i = 0; i < _providers.Length; i++)
        {
            if (_providers[i] is not ISecretChangeNotifier notifier)
                continue;

            string provider = _providers[i].Name;
            try
            {
                Add(notifier.Subscribe(name => OnNotified(provider, name)));
            }
            catch (Exception e)
            {
                _logger.SecretProviderNotWatched(_providers[i].Name, e.GetType().Name);
            }
        }
    }

    /// <summary>Sees to it that a name that somebody has begun to watch is refreshed.</summary>
    public void Watch(string name)
    {
        if (_cache.TryGet(name, out SecretSlot? slot) && slot.Entry is { } entry)
            Schedule(_clock.DueAt(entry));
    }

    public void Dispose()
    {
        IDisposable[] subscriptions;
        lock (_gate)
        {
            _isDisposed = true;
            subscriptions = [.. _subscriptions];
            _subscriptions.Clear();
        }

        _timer.Dispose();
        foreach (IDisposable subscription in subscriptions)
            subscription.Dispose();
    }

    private void Add(IDisposable subscription)
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _subscriptions.Add(subscription);
                return;
            }
        }

        subscription.Dispose();
    }

    private void OnKept(SecretSlot slot, SecretCacheEntry entry)
    {
        if (slot.Address.Version is null && _changes.IsWatched(slot.Key))
            Schedule(_clock.DueAt(entry));
    }

    private void Schedule(long due)
    {
        lock (_gate)
        {
            if (_isDisposed || due >= _nextDue)
                return;
            _nextDue = due;
            TimeSpan left = _clock.Until(due);
            // A tick of the system's clock may be a few milliseconds behind the timer's.
            _timer.Change(left < TimeSpan.FromDays(1) ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan);
        }
    }

    private void RefreshDue()
    {
        lock (_gate)
            _nextDue = long.MaxValue;

        long next = long.MaxValue;
        long now = _clock.Now;
        List<SecretSlot> overdue = [];
        foreach (string name in _changes.WatchedNames())
        {
            // What is being read is scheduled when it lands.
            if (!_cache.TryGet(name, out SecretSlot? slot) || slot.Entry is not { } entry || slot.Flight is not null)
                continue;
            long due = _clock.DueAt(entry);
            if (due <= now)
                overdue.Add(slot);
            else
                next = Math.Min(next, due);
        }

        if (next != long.MaxValue)
            Schedule(next);
        if (overdue.Count > MaximumAtOnce)
            Refresh(overdue);
        else
            overdue.ForEach(slot => _flights.Refresh(slot));
    }

    /// <param name="provider">The provider.</param>
    /// <param name="name">What it knows the secret by; null when any may have changed.</param>
    private void OnNotified(string provider, string? name)
    {
        string[] names = name is null ? [] : [.. _chain.NamesOf(provider, name)];
        List<SecretSlot> outdated = [];
        lock (_cache.Gate)
        {
            foreach (SecretSlot slot in name is null ? _cache.Slots : names.SelectMany(_cache.SlotsOf))
            {
                if (slot.Address.Field is not null || !_chain.MayAnswer(provider, slot.Address.Name, slot.Entry?.Secret?.Provider))
                    continue;

                // What is being read at this moment may be the value before the change.
                if (slot.Flight is { } flight)
                    flight.IsOutdated = true;
                if (slot.Entry is { } entry)
                    slot.Entry = _clock.Outdate(entry);
                outdated.Add(slot);
            }
        }

        Refresh(outdated);
    }

    private void Refresh(List<SecretSlot> slots)
    {
        if (slots.Count > 0)
            ThreadPool.UnsafeQueueUserWorkItem(static state => _ = state.Self.RefreshAsync(state.Slots), (Self: this, Slots: slots), preferLocal: false);
    }

    private Task RefreshAsync(List<SecretSlot> slots) => Parallel.ForEachAsync(
        slots,
        new ParallelOptions { MaxDegreeOfParallelism = MaximumAtOnce },
        async (slot, _) =>
        {
            // A read that had begun before the change is followed by another.
            while (_flights.Refresh(slot) is { } flight)
            {
                await flight.Landing.ConfigureAwait(false);
                if (!flight.IsOutdated)
                    break;
            }
        });
}
