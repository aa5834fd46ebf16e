namespace Varai.FeatureFlags.Evaluation;

/// <summary>A variant and what it does to the flag's answer.</summary>
internal sealed record CompiledVariant(FlagVariant Variant, StatusOverride Override, string OverrideRule);
