namespace Varai.Monitoring.ServiceLevels;

/// <summary>What somebody should do about an error budget that burns.</summary>
public enum BurnRateSeverity
{
    /// <summary>Look at it in the next days.</summary>
    Ticket,

    /// <summary>Look at it now.</summary>
    Page,
}
