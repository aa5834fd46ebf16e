namespace Varai.Monitoring;

/// <summary>Whether a rule could be evaluated.</summary>
public enum AlertRuleHealth
{
    /// <summary>It has not been evaluated yet.</summary>
    Unknown,

    /// <summary>It could.</summary>
    Ok,

    /// <summary>It could not. Its alerts stay as they were.</summary>
    Error,
}
