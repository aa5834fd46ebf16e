using System.Text;

namespace Varai.FeatureFlags;

/// <summary>An evaluation told in words: what decided, and what each other rule said.</summary>
public sealed class FlagExplanation
{
    /// <summary>Creates an explanation.</summary>
    /// <param name="evaluation">The outcome.</param>
    /// <param name="steps">Each step in the order it was taken.</param>
    public FlagExplanation(FlagEvaluation evaluation, IReadOnlyList<FlagExplanationStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        Evaluation = evaluation;
        Steps = steps;
    }

    /// <summary>The outcome.</summary>
    public FlagEvaluation Evaluation { get; }

    /// <summary>Each step in the order it was taken, the ones that did not count included.</summary>
    public IReadOnlyList<FlagExplanationStep> Steps { get; }

    /// <summary>The whole explanation, one line per step. It may quote the context's values: it is for people, not for logs.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Evaluation.Flag).Append(Evaluation.IsEnabled ? " is on" : " is off");
        if (Evaluation.Variant is { } variant)
            text.Append(", variant ").Append(variant.Name);
        text.Append(" (").Append(Evaluation.Reason).Append(')');
        if (Evaluation.MatchedRule is { } rule)
            text.Append(" because of ").Append(rule);
        foreach (FlagExplanationStep step in Steps)
            text.Append('\n').Append(step);
        return text.ToString();
    }
}
