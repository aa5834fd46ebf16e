namespace Varai.FeatureFlags;

/// <summary>What one part of a flag's definition said.</summary>
/// <param name="Rule">The part, such as <c>conditions:0</c>.</param>
/// <param name="Verdict">Whether it held.</param>
/// <param name="Text">Why, in words.</param>
/// <param name="IsDecisive">Whether it decided.</param>
public sealed record FlagExplanationStep(string Rule, FlagVerdict Verdict, string Text, bool IsDecisive);
