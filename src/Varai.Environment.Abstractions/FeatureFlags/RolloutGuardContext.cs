namespace Varai.FeatureFlags;

/// <summary>What a guard is asked about.</summary>
/// <param name="EnvironmentName">The environment, such as <c>production</c>.</param>
/// <param name="Flag">The flag's name.</param>
/// <param name="RolloutId">The rollout's id.</param>
/// <param name="Step">The step it is at, from 1; 0 before the first.</param>
/// <param name="Steps">How many steps the plan has.</param>
/// <param name="Percentage">The percentage the flag has now; <see langword="null"/> before the first step.</param>
/// <param name="StartedAt">When the rollout was started, in UTC.</param>
/// <param name="StepAt">When the present step was taken, in UTC; <see langword="null"/> before the first.</param>
public sealed record RolloutGuardContext(
    string EnvironmentName,
    string Flag,
    string RolloutId,
    int Step,
    int Steps,
    double? Percentage,
    DateTimeOffset StartedAt,
    DateTimeOffset? StepAt);
