namespace Varai.FeatureFlags;

/// <summary>One step of a <see cref="RolloutPlan"/>.</summary>
/// <param name="Percentage">Whom the flag is on for from this step on, from 0 to 100.</param>
/// <param name="After">When it is due, counted from the start of the plan.</param>
public sealed record RolloutStep(double Percentage, TimeSpan After);
