using Varai.Monitoring.Notifications;

namespace Varai.Monitoring.Delivery;

/// <summary>An entry in the memory of the node that sends.</summary>
internal sealed class WaitingEntry(StoredEntry stored, TimeSpan givesUpAt)
{
    /// <summary>What the store has; replaced when an attempt was written down.</summary>
    public StoredEntry Stored { get; set; } = stored;

    public AlertNotification Notification => Stored.Entry.Notification;

    /// <summary>When it is given up, by the steady clock.</summary>
    public TimeSpan GivesUpAt { get; } = givesUpAt;

    /// <summary>How many attempts have failed.</summary>
    public int Attempts { get; set; } = stored.Entry.Attempts;

    /// <summary>How it ended; null while it waits.</summary>
    public NotificationOutcome? Outcome => Telling?.Outcome;

    /// <summary>That, and who knows of it.</summary>
    public OutcomeTelling? Telling { get; set; }

    /// <summary>Until when nobody is told, by the steady clock: somebody who should know could not be told.</summary>
    public TimeSpan NotToldBefore { get; set; }

    public bool IsTold { get; set; }

    public bool IsRemoved { get; set; }
}
