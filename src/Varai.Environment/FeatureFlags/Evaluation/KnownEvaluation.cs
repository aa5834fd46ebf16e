namespace Varai.FeatureFlags.Evaluation;

/// <summary>The outcome of a flag that is the same for everybody, made once; an object, so that it is published whole.</summary>
internal sealed class KnownEvaluation(FlagEvaluation evaluation)
{
    public readonly FlagEvaluation Evaluation = evaluation;
}
