namespace Varai.FeatureFlags.Evaluation;

/// <summary>The evaluation that a flag gives everybody; a class, so that one write publishes all of it.</summary>
internal sealed class KnownEvaluation(FlagEvaluation evaluation)
{
    public readonly FlagEvaluation Evaluation = evaluation;
}
