namespace Varai.Monitoring.Notifications;

/// <summary>Who is told next while an alert fires and nobody acknowledges it.</summary>
public sealed class AlertEscalationSettings
{
    /// <summary>The steps, in their order.</summary>
    /// <value>Required: 1 to 20.</value>
    public IList<AlertEscalationStepSettings> Steps { get; } = [];

    /// <summary>How many times the steps are gone through again.</summary>
    /// <value>0 to 5. Default: 0.</value>
    public int Repeat { get; set; }

    /// <summary>The time intervals during which steps wait, unless one of the alerts is critical.</summary>
    /// <value>Default: none.</value>
    public IList<string> QuietTimeIntervals { get; } = [];

    /// <summary>The receiver that is told at the very end when a critical alert is still not acknowledged.</summary>
    /// <value>Default: <see langword="null"/>, nobody.</value>
    public string? LastResort { get; set; }

    /// <summary>How long after the last step that is.</summary>
    /// <value>1 second to 1 day. Default: 5 minutes.</value>
    public TimeSpan LastResortAfter { get; set; } = TimeSpan.FromMinutes(5);
}
