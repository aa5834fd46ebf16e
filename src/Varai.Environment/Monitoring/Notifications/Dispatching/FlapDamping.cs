namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>Whether an alert begins and ends too often.</summary>
internal sealed class FlapDamping(AlertNotificationOptions options)
{
    public bool IsFlapping(AlertEntry alert, DateTimeOffset now) => options.FlapLimit > 0 && Recent(alert, now) > options.FlapLimit;

    /// <summary>Whether it is told as firing: it fires, or changes too often to say that it has ended.</summary>
    public bool CountsAsFiring(AlertEntry alert, DateTimeOffset now) => alert.IsFiring(now) || IsFlapping(alert, now);

    /// <summary>Notes that it began or ended.</summary>
    /// <returns>Whether it is flapping only since then.</returns>
    public bool Note(AlertEntry alert, DateTimeOffset now)
    {
        if (options.FlapLimit == 0)
            return false;
        bool wasFlapping = IsFlapping(alert, now);
        DateTimeOffset from = Instant.Add(now, -options.FlapWindow);
        alert.Changes.RemoveAll(c => c <= from);

        // More than one too many tell nothing new, except that they go on.
        if (alert.Changes.Count > options.FlapLimit)
            alert.Changes.RemoveAt(0);
        alert.Changes.Add(now);
        return !wasFlapping && IsFlapping(alert, now);
    }

    private int Recent(AlertEntry alert, DateTimeOffset now)
    {
        DateTimeOffset from = Instant.Add(now, -options.FlapWindow);
        int count = 0;
        foreach (DateTimeOffset change in alert.Changes)
            count += change > from ? 1 : 0;
        return count;
    }
}
