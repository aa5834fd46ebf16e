namespace Varai.Monitoring;

/// <summary>Whether what an alert tells of is still so.</summary>
public enum AlertStatus
{
    /// <summary>It is.</summary>
    Firing,

    /// <summary>It was.</summary>
    Resolved,
}
