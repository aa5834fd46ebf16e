namespace Varai.FeatureFlags;

/// <summary>How many of a flag's conditions must hold.</summary>
public enum FeatureRequirement
{
    /// <summary>One of them.</summary>
    Any,

    /// <summary>Each of them.</summary>
    All,
}
