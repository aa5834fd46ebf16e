namespace Varai.Monitoring;

/// <summary>What somebody did about alerts.</summary>
public enum AlertAuditAction
{
    /// <summary>Added a silence.</summary>
    Silence,

    /// <summary>Ended a silence.</summary>
    ExpireSilence,

    /// <summary>Acknowledged an alert or a group.</summary>
    Acknowledge,

    /// <summary>Ended an alert or a group by hand.</summary>
    Resolve,
}
