namespace Varai.Monitoring.Notifications;

/// <summary>Through which channels a receiver is told.</summary>
public sealed class AlertReceiverSettings
{
    /// <summary>The channels. A receiver with none tells nobody, which is how alerts are dropped on purpose.</summary>
    /// <value>Default: none.</value>
    public IList<AlertReceiverChannelSettings> Channels { get; } = [];
}
