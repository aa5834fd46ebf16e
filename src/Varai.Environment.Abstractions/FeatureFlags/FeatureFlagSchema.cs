namespace Varai.FeatureFlags;

/// <summary>The vocabulary that a flag is written in.</summary>
public enum FeatureFlagSchema
{
    /// <summary>Ours, as in the component <c>feature_flags</c>; it includes Microsoft's conditions, variants and allocation.</summary>
    Varai,

    /// <summary>An item of Microsoft's <c>feature_management.feature_flags[]</c>, schema 1.0.0 to 2.0.0.</summary>
    MicrosoftV2,

    /// <summary>A member of Microsoft's .NET section <c>FeatureManagement</c>.</summary>
    MicrosoftV1,
}
