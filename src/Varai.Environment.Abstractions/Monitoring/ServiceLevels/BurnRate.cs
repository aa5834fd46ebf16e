namespace Varai.Monitoring.ServiceLevels;

/// <summary>How fast an error budget burns over a pair of windows.</summary>
/// <param name="Window">The windows.</param>
/// <param name="Long">What was counted in the long one.</param>
/// <param name="Short">What was counted in the short one.</param>
public sealed record BurnRate(BurnRateWindow Window, ServiceLevelCount Long, ServiceLevelCount Short)
{
    /// <summary>The burn rate over the long window; 1 uses the budget up exactly in the period. <see langword="null"/> when there are no events.</summary>
    public double? LongRate { get; init; }

    /// <summary>The burn rate over the short window; <see langword="null"/> when there are no events.</summary>
    public double? ShortRate { get; init; }

    /// <summary>How many events the long window needs.</summary>
    public long MinimumEvents { get; init; }

    /// <summary>Whether the long window has as many events as it needs.</summary>
    public bool HasEnoughEvents => Long.Valid >= MinimumEvents;

    /// <summary>Whether the budget burns too fast: over both windows more than <see cref="BurnRateWindow.Factor"/>, and with enough events.</summary>
    public bool IsBurning => HasEnoughEvents && LongRate > Window.Factor && ShortRate > Window.Factor;
}
