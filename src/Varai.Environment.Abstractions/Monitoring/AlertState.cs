namespace Varai.Monitoring;

/// <summary>Where an alert of a rule is; the three states of Prometheus.</summary>
public enum AlertState
{
    /// <summary>The condition does not hold.</summary>
    Inactive,

    /// <summary>It holds, but not for as long as <see cref="AlertRule.For"/> asks.</summary>
    Pending,

    /// <summary>It holds, or has held within <see cref="AlertRule.KeepFiringFor"/>, and people are told.</summary>
    Firing,
}
