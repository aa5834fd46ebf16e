namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>Something that happened, for the state to take in; one of these is set.</summary>
internal sealed record InboxEntry
{
    public IReadOnlyList<Alert>? Alerts { get; init; }

    public SilenceEntry? Silence { get; init; }

    /// <summary>The id of a silence that is to end.</summary>
    public string? Expired { get; init; }

    public AckCommand? Ack { get; init; }

    /// <summary>The fingerprints of alerts that are to end.</summary>
    public IReadOnlyList<string>? Ended { get; init; }

    public OutcomeEntry? Outcome { get; init; }
}
