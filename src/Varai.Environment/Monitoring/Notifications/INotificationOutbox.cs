namespace Varai.Monitoring.Notifications;

/// <summary>What still has to be sent, kept in the state store until a channel has accepted it.</summary>
internal interface INotificationOutbox
{
    /// <summary>The names of the channels there are.</summary>
    IReadOnlyCollection<string> Channels { get; }

    /// <summary>The names of those that hand alerts on (<see cref="IAlertChannel.ForwardsAlerts"/>).</summary>
    IReadOnlyCollection<string> ForwardingChannels => [];

    /// <summary>Takes a notification for a channel. One of the same group and reason that waits for the same channel is replaced: what comes late
    /// should at least be what is so now. One with an id that was taken before is not taken again.</summary>
    /// <param name="channel">The channel's name.</param>
    /// <param name="notification">The notification.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when it is kept.</returns>
    Task EnqueueAsync(string channel, AlertNotification notification, CancellationToken cancellationToken);

    /// <summary>Sends what waits, and what comes, until it is cancelled. Called on the one node that sends.</summary>
    /// <param name="cancellationToken">Ends it, for example when the lease is lost.</param>
    Task RunAsync(CancellationToken cancellationToken);
}
