namespace Varai.Monitoring.Notifications;

/// <summary>One channel of a receiver.</summary>
public sealed class AlertReceiverChannelSettings
{
    /// <summary>The channel's name (<see cref="IAlertChannel.Name"/>).</summary>
    /// <value>Required.</value>
    public string Channel { get; set; } = "";

    /// <summary>Whether it is told that an alert has ended, when it was told that it fired.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool SendResolved { get; set; } = true;
}
