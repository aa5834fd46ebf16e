namespace Varai.Monitoring.Notifications;

/// <summary>One step of an escalation policy.</summary>
public sealed class AlertEscalationStepSettings
{
    /// <summary>How long after the step before it, or after the group's first notification.</summary>
    /// <value>1 second to 7 days. Default: 5 minutes.</value>
    public TimeSpan After { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The receivers that are told.</summary>
    /// <value>Required: at least one.</value>
    public IList<string> Receivers { get; } = [];
}
