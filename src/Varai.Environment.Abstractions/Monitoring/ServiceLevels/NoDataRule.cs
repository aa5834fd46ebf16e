namespace Varai.Monitoring.ServiceLevels;

/// <summary>What a slot counts as that nobody probed, since no node ran.</summary>
public enum NoDataRule
{
    /// <summary>It does not count.</summary>
    Excluded,

    /// <summary>It counts as down.</summary>
    Down,

    /// <summary>It counts as up.</summary>
    Up,
}
