namespace Varai.Monitoring;

/// <summary>Why a notification is sent.</summary>
public enum AlertNotificationReason
{
    /// <summary>Something has changed in the group, or it is time to repeat.</summary>
    Group,

    /// <summary>Nobody has acknowledged in time, and an escalation policy goes on.</summary>
    Escalation,

    /// <summary>The receiver has had as many as it may, and this sums up what it did not get.</summary>
    Digest,

    /// <summary>A sign of life, by whose absence a system outside notices that notifications no longer come through.</summary>
    Watchdog,

    /// <summary>Somebody tries whether the channel works.</summary>
    Test,
}
