namespace Varai.Monitoring.Notifications;

/// <summary>A named set of times.</summary>
public sealed class AlertTimeIntervalSettings
{
    /// <summary>The periods, any of which will do.</summary>
    /// <value>Required: at least one.</value>
    public IList<AlertTimePeriodSettings> Periods { get; } = [];
}
