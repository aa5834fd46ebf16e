namespace Varai.FeatureFlags.Rollouts;

/// <summary>What a change of the flag that is under way belongs to.</summary>
internal enum RolloutPendingKind
{
    Step,
    RollBack,
    Abort,
}
