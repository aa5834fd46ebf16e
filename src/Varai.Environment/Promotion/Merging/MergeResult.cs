using Varai.Configuration;

namespace Varai.Promotion.Merging;

/// <summary>What a three-way merge gives.</summary>
/// <param name="Result">The target as it would be; null for not there.</param>
/// <param name="Changes">What changes in the target, in an order in which it can be done.</param>
/// <param name="Conflicts">Where both sides have changed.</param>
/// <param name="Kept">Where a policy keeps the target's value.</param>
internal sealed record MergeResult(
    ConfigurationNode? Result,
    IReadOnlyList<PromotionChange> Changes,
    IReadOnlyList<PromotionConflict> Conflicts,
    IReadOnlyList<PromotionKeptKey> Kept);
