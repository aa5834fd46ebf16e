namespace Varai.Monitoring;

/// <summary>A way to tell people: email, Slack, PagerDuty, one of the user's own.</summary>
/// <remarks>Called by the library, for one notification at a time, on the one node that sends. It makes one attempt and does not wait for a next:
/// retries, rate limits, time limits and the order are the library's. It may be told a notification again whose outcome was not known; the notification's
/// <see cref="AlertNotification.Id"/> is the same then. The container disposes it.</remarks>
public interface IAlertChannel
{
    /// <summary>Its name, which receivers refer to, such as <c>slack</c>. It never changes.</summary>
    string Name { get; }

    /// <summary>Whether it hands alerts on to a system that groups, limits and repeats by itself, and so has to be told each of them: up to 10,000 of
    /// a group at once whatever <c>MaxAlertsPerNotification</c> is, and again at each repetition also when they are acknowledged. Never changes.</summary>
    /// <value>Unless the channel says otherwise, <see langword="false"/>: it tells people.</value>
    bool ForwardsAlerts => false;

    /// <summary>Sends a notification.</summary>
    /// <param name="notification">The notification.</param>
    /// <param name="cancellationToken">Ends the attempt, which failed then.</param>
    /// <returns>A task that ends when the other side has accepted it.</returns>
    /// <exception cref="AlertChannelException">It was not accepted. Any other exception counts as one that may go away.</exception>
    Task SendAsync(AlertNotification notification, CancellationToken cancellationToken);
}
