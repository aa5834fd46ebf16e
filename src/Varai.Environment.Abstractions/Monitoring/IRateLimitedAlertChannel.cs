namespace Varai.Monitoring;

/// <summary>A channel whose service takes only so many messages in a time. A channel that is not one is sent to as fast as it accepts.</summary>
/// <remarks>The library waits before an attempt where it must; the channel itself never does.</remarks>
public interface IRateLimitedAlertChannel : IAlertChannel
{
    /// <summary>The documented limit, with some room below it; <see langword="null"/> for none. Read once.</summary>
    AlertRateLimit? RateLimit { get; }

    /// <summary>How many tokens sending a notification takes, such as one for each recipient.</summary>
    /// <param name="notification">The notification.</param>
    /// <returns>At least 1. Unless the channel says otherwise, 1.</returns>
    int CountTokens(AlertNotification notification) => 1;
}
