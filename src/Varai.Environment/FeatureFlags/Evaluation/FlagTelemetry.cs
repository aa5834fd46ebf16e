namespace Varai.FeatureFlags.Evaluation;

/// <summary>What a flag that asks for telemetry adds to its exposures.</summary>
internal sealed record FlagTelemetry(IReadOnlyList<KeyValuePair<string, string>> Metadata);
