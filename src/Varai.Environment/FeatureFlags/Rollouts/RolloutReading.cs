namespace Varai.FeatureFlags.Rollouts;

/// <summary>What a rollout looks at in the definition of its flag.</summary>
/// <param name="Enabled">Whether the flag is switched on.</param>
/// <param name="Percentage">The percentage that a rollout sets; null when the flag has none.</param>
internal sealed record RolloutReading(bool Enabled, double? Percentage);
