namespace Varai.FeatureFlags;

/// <summary>One entry in the history of a rollout.</summary>
/// <param name="Time">When, in UTC.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Step">The step it was at then, from 1; 0 before the first.</param>
/// <param name="Percentage">The percentage that the rollout had given the flag then; <see langword="null"/> when it had not touched
/// the flag, or the flag was as before the plan again.</param>
/// <param name="Author">Who: a person, or <c>rollout:</c> with the rollout's id.</param>
/// <param name="Reason">Why.</param>
public sealed record RolloutEvent(DateTimeOffset Time, RolloutEventKind Kind, int Step, double? Percentage, string Author, string Reason);
