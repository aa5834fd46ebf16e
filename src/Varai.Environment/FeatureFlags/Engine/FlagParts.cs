namespace Varai.FeatureFlags.Engine;

/// <summary>The compiled parts that a flag is made of.</summary>
internal sealed record FlagParts(
    FeatureFlagDefinition Definition,
    FeatureParameters Parameters,
    CompiledPrerequisite[] Prerequisites,
    CompiledCondition[] Conditions,
    CompiledCondition[] Rules);
