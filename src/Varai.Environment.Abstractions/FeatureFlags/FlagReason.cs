namespace Varai.FeatureFlags;

/// <summary>Why a flag is as it is.</summary>
public enum FlagReason
{
    /// <summary>There is no such flag; the caller's default counts.</summary>
    Unknown,

    /// <summary>The definition says so, without conditions.</summary>
    Static,

    /// <summary>The flag is disabled.</summary>
    Disabled,

    /// <summary>The flag's kill switch is on.</summary>
    Killed,

    /// <summary>Another flag that it needs is not as it must be.</summary>
    PrerequisiteFailed,

    /// <summary>A condition on the context or the time holds.</summary>
    TargetingMatch,

    /// <summary>A percentage has the caller.</summary>
    Split,

    /// <summary>No condition decided, so the default counts.</summary>
    Default,
}
