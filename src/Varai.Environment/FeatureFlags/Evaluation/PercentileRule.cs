using Varai.FeatureFlags.Bucketing;

namespace Varai.FeatureFlags.Evaluation;

/// <summary>Gives a variant to a part of all buckets.</summary>
/// <param name="Rule">What to call it.</param>
/// <param name="Variant">The variant; null when the rule names one that does not exist.</param>
/// <param name="Range">The buckets.</param>
internal sealed record PercentileRule(string Rule, CompiledVariant? Variant, BucketRange Range);
