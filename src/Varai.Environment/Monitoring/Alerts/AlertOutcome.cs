namespace Varai.Monitoring.Alerts;

/// <summary>What one evaluation says of one group.</summary>
internal enum AlertOutcome : byte
{
    /// <summary>The comparisons don't hold.</summary>
    Clear,

    /// <summary>They hold.</summary>
    Holds,

    /// <summary>There is no value.</summary>
    Missing,
}
