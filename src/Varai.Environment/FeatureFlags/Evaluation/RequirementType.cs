namespace Varai.FeatureFlags.Evaluation;

/// <summary>How many of a flag's conditions must be met.</summary>
internal enum RequirementType
{
    Any,
    All,
}
