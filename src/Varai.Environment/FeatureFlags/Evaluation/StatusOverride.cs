namespace Varai.FeatureFlags.Evaluation;

/// <summary>What an assigned variant does to the flag's own answer.</summary>
internal enum StatusOverride
{
    None,
    Enabled,
    Disabled,
}
