namespace Varai.FeatureFlags;

/// <summary>Why an evaluation came out as it did, in the terms of OpenFeature.</summary>
public enum FlagReason
{
    /// <summary>The flag is on and has no conditions: the same for everybody.</summary>
    Static,

    /// <summary>The flag is on, and none of its conditions or allocations applied: its default.</summary>
    Default,

    /// <summary>A rule about the context or the time applied.</summary>
    TargetingMatch,

    /// <summary>A percentage decided.</summary>
    Split,

    /// <summary>The flag is switched off, by <c>enabled</c>, by its kill switch or because a prerequisite is not met.</summary>
    Disabled,

    /// <summary>There is no such flag: the caller's default.</summary>
    Unknown,

    /// <summary>A filter of the service's own failed, or a value has another type than asked for: the safe answer.</summary>
    Error,
}
