using Varai.Monitoring.Notifications;

namespace Varai.Monitoring.Delivery;

/// <summary>What waits for one channel, in the memory of the node that sends; the store has it too.</summary>
internal sealed class ChannelQueue(string channel, SteadyClock clock, TimeSpan giveUpAfter)
{
    /// <summary>After so many failures a notification lets the others go first, so that one that can't be sent holds nobody up.</summary>
    private const int AttemptsInARow = 3;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, WaitingEntry> _waiting = new(StringComparer.Ordinal);
    private readonly List<WaitingEntry> _ended = [];
    private bool _isOpen;

    public int Count
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Begins or ends to keep what is offered.</summary>
    public void Open(bool isOpen)
    {
        lock (_lock)
        {
            _isOpen = isOpen;
            _waiting.Clear();
            _ended.Clear();
        }
    }

    /// <summary>When the first of those that have ended can be seen to.</summary>
    public TimeSpan FinishAt(TimeSpan notBefore)
    {
        lock (_lock)
        {
            if (_ended.Count == 0)
                return TimeSpan.MaxValue;
            TimeSpan first = _ended.Min(e => e.NotToldBefore);
            return first > notBefore ? first : notBefore;
        }
    }

    public DateTimeOffset? Since()
    {
        lock (_lock)
            return _waiting.Count == 0 ? null : _waiting.Values.Min(w => w.Stored.Entry.Since);
    }

    public bool Knows(string key, long version)
    {
        lock (_lock)
            return _waiting.TryGetValue(key, out WaitingEntry? known) && known.Stored.Version >= version;
    }

    /// <summary>Takes what the store has, unless something newer of the group is here.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Offer(StoredEntry stored)
    {
        lock (_lock)
        {
            if (!_isOpen || (_waiting.TryGetValue(stored.Key, out WaitingEntry? known) && known.Stored.Version >= stored.Version)
                || _ended.Exists(e => e.Notification.Id == stored.Entry.Notification.Id))
            {
                return false;
            }

            // One that waits to be told as given up lends the next its time no more.
            TimeSpan age = _ended.Exists(e => e.Stored.Key == stored.Key) ? TimeSpan.Zero : clock.Wall - stored.Entry.Since;
            TimeSpan left = giveUpAfter - (age < TimeSpan.Zero ? TimeSpan.Zero : age);
            _waiting[stored.Key] = new WaitingEntry(stored, clock.Now + left);
            return true;
        }
    }

    /// <summary>Drops what the store no longer has.</summary>
    public void Drop(Func<StoredEntry, bool> isGone)
    {
        lock (_lock)
        {
            foreach (WaitingEntry gone in _waiting.Values.Where(w => isGone(w.Stored)).ToList())
                _waiting.Remove(gone.Stored.Key);
        }
    }

    /// <summary>Drops one that the store no longer has.</summary>
    public void Drop(WaitingEntry entry)
    {
        lock (_lock)
            Detach(entry);
    }

    /// <summary>The next to be sent, and when the first is given up.</summary>
    public (WaitingEntry? Next, TimeSpan GivesUpAt) Peek()
    {
        lock (_lock)
        {
            WaitingEntry? next = null;
            TimeSpan givesUpAt = TimeSpan.MaxValue;
            Dictionary<string, int> turns = Turns();
            foreach (WaitingEntry waiting in _waiting.Values)
            {
                if (waiting.GivesUpAt < givesUpAt)
                    givesUpAt = waiting.GivesUpAt;
                if (next is null || RankOf(waiting, turns).CompareTo(RankOf(next, turns)) < 0)
                    next = waiting;
            }

            return (next, givesUpAt);
        }
    }

    /// <summary>Ends those whose time is over.</summary>
    /// <param name="lastError">Why the channel does not take them.</param>
    public void Expire(string? lastError)
    {
        TimeSpan now = clock.Now;
        lock (_lock)
        {
            foreach (WaitingEntry expired in _waiting.Values.Where(w => w.GivesUpAt <= now).ToList())
                End(expired, lastError ?? "It was not attempted in time.", expired.Attempts);
        }
    }

    /// <summary>Ends one. It is told to whoever wants to know, and removed from the store, later.</summary>
    public void End(WaitingEntry entry, string? error)
    {
        lock (_lock)
            End(entry, error, entry.Attempts + 1);
    }

    /// <summary>Those that have ended and are not yet told or removed.</summary>
    public WaitingEntry[] Ended()
    {
        lock (_lock)
            return [.. _ended];
    }

    public void Close(WaitingEntry entry)
    {
        lock (_lock)
            _ended.Remove(entry);
    }

    /// <summary>Notes that an attempt has failed, and what the store has made of it.</summary>
    public void Failed(WaitingEntry entry, StoredEntry? stored)
    {
        lock (_lock)
        {
            entry.Attempts++;
            if (stored is not null)
                entry.Stored = stored;
        }
    }

    private static (int Turn, long Order) RankOf(WaitingEntry entry, Dictionary<string, int> turns) =>
        (turns.GetValueOrDefault(entry.Notification.GroupKey), entry.Stored.Entry.Order);

    /// <summary>How often a group lets the others go first; all of it at once, so that nothing overtakes what came before of the same group.</summary>
    private Dictionary<string, int> Turns()
    {
        var turns = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (WaitingEntry waiting in _waiting.Values.Where(static w => w.Attempts >= AttemptsInARow))
            turns[waiting.Notification.GroupKey] = Math.Max(turns.GetValueOrDefault(waiting.Notification.GroupKey), waiting.Attempts / AttemptsInARow);
        return turns;
    }

    private void End(WaitingEntry entry, string? error, int attempts)
    {
        if (entry.Outcome is not null)
            return;
        entry.Telling = new OutcomeTelling(new NotificationOutcome(channel, entry.Notification, error is null, attempts, error));
        Detach(entry);
        _ended.Add(entry);
    }

    private void Detach(WaitingEntry entry)
    {
        if (_waiting.TryGetValue(entry.Stored.Key, out WaitingEntry? known) && ReferenceEquals(known, entry))
            _waiting.Remove(entry.Stored.Key);
    }
}
