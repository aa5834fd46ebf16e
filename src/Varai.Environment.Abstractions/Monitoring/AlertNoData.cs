namespace Varai.Monitoring;

/// <summary>What a rule makes of a group that has no value: no such series, or no measurement in the range.</summary>
public enum AlertNoData
{
    /// <summary>The condition does not hold, so that an alert ends; what Prometheus does.</summary>
    Resolve,

    /// <summary>Everything stays as it was at the last value.</summary>
    Keep,

    /// <summary>The condition holds. It is for groups that had a value since the process started, and for rules that don't group.</summary>
    Alert,
}
