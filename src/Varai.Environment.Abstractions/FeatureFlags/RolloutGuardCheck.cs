namespace Varai.FeatureFlags;

/// <summary>What a rollout's guard answers.</summary>
/// <param name="Since">When it began to answer so, in UTC; equal answers in a row are one.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="Reason">Why; <see langword="null"/> when all is well.</param>
/// <param name="Errors">How many times in a row it threw or took too long.</param>
public sealed record RolloutGuardCheck(DateTimeOffset Since, RolloutGuardVerdict Verdict, string? Reason, int Errors = 0);
