namespace Varai.Monitoring;

/// <summary>How a channel does in this process.</summary>
public sealed record AlertChannelStatus
{
    /// <summary>The channel's name.</summary>
    public required string Channel { get; init; }

    /// <summary>How many notifications wait to be sent; 0 on a node that does not send.</summary>
    public int Waiting { get; init; }

    /// <summary>Since when the longest has waited; <see langword="null"/> when none waits.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>When a notification was last accepted; <see langword="null"/> for not yet.</summary>
    public DateTimeOffset? LastSentAt { get; init; }

    /// <summary>When an attempt last failed; <see langword="null"/> for not yet.</summary>
    public DateTimeOffset? LastFailedAt { get; init; }

    /// <summary>Why it failed; <see langword="null"/> when none has.</summary>
    public string? LastError { get; init; }

    /// <summary>How many attempts have failed since the last that did not.</summary>
    public int FailuresInARow { get; init; }

    /// <summary>Whether the last attempt was accepted, or there was none yet.</summary>
    public bool IsHealthy => FailuresInARow == 0;
}
