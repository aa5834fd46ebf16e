namespace Varai.FeatureFlags;

/// <summary>What an assigned variant does to whether its flag is on.</summary>
public enum FeatureStatusOverride
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The flag is on. A flag that is disabled or killed stays off.</summary>
    Enabled,

    /// <summary>The flag is off.</summary>
    Disabled,
}
