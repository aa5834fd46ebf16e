namespace Varai.Monitoring;

/// <summary>How much an alert matters; told to Prometheus and Alertmanager as the label <c>severity</c>, in lower case.</summary>
public enum AlertSeverity
{
    /// <summary>Worth knowing; nobody is disturbed.</summary>
    Info,

    /// <summary>To be looked at in working hours.</summary>
    Warning,

    /// <summary>To be looked at now.</summary>
    Critical,
}
