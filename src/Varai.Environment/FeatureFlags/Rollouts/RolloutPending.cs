namespace Varai.FeatureFlags.Rollouts;

/// <summary>A change of the flag that has been decided and may or may not have been made.</summary>
/// <param name="Kind">What it belongs to.</param>
/// <param name="Step">The step it leads to; 0 for the flag as before the plan.</param>
/// <param name="Percentage">The percentage it sets; null for the flag as before the plan.</param>
/// <param name="From">What the flag was when it was decided; anything else was done by somebody else.</param>
/// <param name="Author">Who wants it.</param>
/// <param name="Reason">Why.</param>
internal sealed record RolloutPending(
    RolloutPendingKind Kind, int Step, double? Percentage, RolloutReading From, string Author, string Reason);
