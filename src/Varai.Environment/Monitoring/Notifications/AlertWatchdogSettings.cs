namespace Varai.Monitoring.Notifications;

/// <summary>A sign of life, by whose absence a system outside notices that notifications don't come through.</summary>
public sealed class AlertWatchdogSettings
{
    /// <summary>The receiver.</summary>
    /// <value>Default: <see langword="null"/>, no sign of life.</value>
    public string? Receiver { get; set; }

    /// <summary>How often.</summary>
    /// <value>1 second to 7 days. Default: 1 minute.</value>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);
}
