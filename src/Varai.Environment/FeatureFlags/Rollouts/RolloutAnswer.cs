namespace Varai.FeatureFlags.Rollouts;

/// <summary>What came of asking a guard.</summary>
internal readonly record struct RolloutAnswer(RolloutGuardVerdict Verdict, string? Reason);
