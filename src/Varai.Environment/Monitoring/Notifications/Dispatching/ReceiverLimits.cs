namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>How much a receiver may be told through a channel.</summary>
internal sealed class ReceiverLimits(AlertNotificationOptions options, DispatchState state)
{
    /// <summary>Takes a place, or holds the group for the digest.</summary>
    public bool TryTake(string receiver, string channel, string group, bool isUrgent, DateTimeOffset now)
    {
        if (options.ReceiverLimit == 0)
            return true;
        ReceiverEntry entry = state.Receiver(receiver, channel);
        if (!isUrgent && (entry.Held.Contains(group) || Recent(entry, now) >= options.ReceiverLimit))
        {
            if (entry.Held.Add(group))
                state.Touch(entry);
            return false;
        }

        entry.Held.Remove(group);
        Count(entry, now);
        return true;
    }

    public void Count(ReceiverEntry entry, DateTimeOffset now)
    {
        DateTimeOffset from = Instant.Add(now, -options.ReceiverWindow);
        entry.Sent.RemoveAll(s => s <= from);
        entry.Sent.Add(now);

        // Those beyond the limit were urgent; older ones no longer decide when there is a place again.
        if (entry.Sent.Count > options.ReceiverLimit)
            entry.Sent.RemoveRange(0, entry.Sent.Count - options.ReceiverLimit);
        state.Touch(entry);
    }

    /// <summary>When the digest of what is held may be sent; null when nothing is.</summary>
    public DateTimeOffset? DigestDueAt(ReceiverEntry entry)
    {
        if (entry.Held.Count == 0)
            return null;
        return options.ReceiverLimit == 0 || entry.Sent.Count < options.ReceiverLimit
            ? DateTimeOffset.MinValue
            : Instant.Add(entry.Sent[^options.ReceiverLimit], options.ReceiverWindow);
    }

    private int Recent(ReceiverEntry entry, DateTimeOffset now)
    {
        DateTimeOffset from = Instant.Add(now, -options.ReceiverWindow);
        return entry.Sent.Count(s => s > from);
    }
}
