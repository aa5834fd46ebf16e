namespace Varai.FeatureFlags.Rollouts;

/// <summary>What a rollout's first step replaced in the definition of its flag, so that just this can be undone.</summary>
/// <param name="Enabled">What was written for <c>enabled</c>, as JSON; null when nothing was.</param>
/// <param name="Percentage">What was written for the percentage, as JSON; null when nothing was.</param>
/// <param name="WasBoolean">Whether the whole definition was <c>true</c> or <c>false</c>.</param>
/// <param name="AddsFilter">Whether the filter is the rollout's own.</param>
/// <param name="AddsConditions">Whether <c>conditions</c> is the rollout's own.</param>
/// <param name="AddsFilters">Whether <c>client_filters</c> is the rollout's own.</param>
internal sealed record RolloutUndo(
    string? Enabled, string? Percentage, bool WasBoolean, bool AddsFilter, bool AddsConditions, bool AddsFilters);
