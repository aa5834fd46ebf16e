namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>An alert as it is known. Times are by the clock that never jumps unless it is said otherwise.</summary>
internal sealed class AlertEntry
{
    public required string Fingerprint { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyDictionary<string, string> Annotations { get; set; }

    /// <summary>When it began, as its sender said, by the wall clock.</summary>
    public required DateTimeOffset StartsAt { get; set; }

    public required DateTimeOffset From { get; set; }

    /// <summary>When it ended, or will unless it is told again.</summary>
    public required DateTimeOffset EndsAt { get; set; }

    /// <summary>Whether the end is only that it was not told again.</summary>
    public required bool IsTimeout { get; set; }

    public required DateTimeOffset UpdatedAt { get; set; }

    public double? Value { get; set; }

    public Uri? GeneratorUrl { get; set; }

    /// <summary>Whether it fired when it was last looked at; <see cref="IsFiring"/> is what it does now.</summary>
    public bool IsOpen { get; set; }

    /// <summary>When somebody ended it by hand: what its sender says of an occurrence from before is not heard.</summary>
    public DateTimeOffset? EndedByHandAt { get; set; }

    /// <summary>When it lately began or ended, oldest first.</summary>
    public List<DateTimeOffset> Changes { get; init; } = [];

    public AckEntry? Ack { get; set; }

    public string Name => Labels.GetValueOrDefault(Alert.NameLabel) ?? "";

    public bool IsFiring(DateTimeOffset now) => EndsAt > now;

    public bool IsAcknowledged(DateTimeOffset now) => Ack is { } ack && !(ack.ExpiresAt <= now);
}
