namespace Varai.FeatureFlags.Evaluation;

/// <summary>A variant and what it does to the flag's answer.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Override">What it does.</param>
/// <param name="OverrideRule">What to call that; empty when it does nothing.</param>
internal sealed record CompiledVariant(FlagVariant Variant, StatusOverride Override, string OverrideRule);
