namespace Varai.Monitoring.Delivery;

/// <summary>A notification that waits for a channel, as it is kept. Persisted: members are only ever added.</summary>
internal sealed record OutboxEntry
{
    public int Format { get; init; } = 1;

    public required string Channel { get; init; }

    public required AlertNotification Notification { get; init; }

    /// <summary>Since when the group waits to be told for this reason: a newer notification takes the place of the older one, and its time.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Its place among those of the channel.</summary>
    public required long Order { get; init; }

    /// <summary>How many attempts have failed.</summary>
    public int Attempts { get; init; }

    /// <summary>Until when the service has asked to wait.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}
