using System.Text;

namespace Varai.FeatureFlags;

/// <summary>Why a flag is as it is for a caller: what decided, and what every other part of the definition said.</summary>
/// <remarks>Quotes the context's values; keep it from those who must not see them.</remarks>
/// <param name="decision">The decision.</param>
/// <param name="steps">What each part said, in the order of evaluation.</param>
public sealed class FlagExplanation(FlagDecision decision, IReadOnlyList<FlagExplanationStep> steps)
{
    /// <summary>The decision, as an evaluation gives it.</summary>
    public FlagDecision Decision { get; } = decision;

    /// <summary>What each part of the definition said, in the order of evaluation, also those that were not needed.</summary>
    public IReadOnlyList<FlagExplanationStep> Steps { get; } = steps;

    /// <summary>The decision, then a line for each step; the one that decided is marked with <c>&gt;</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Decision.ToString());
        foreach (FlagExplanationStep step in Steps)
        {
            text.Append('\n').Append(step.IsDecisive ? "> " : "  ").Append(step.Rule).Append(": ")
                .Append(step.Verdict switch { FlagVerdict.Yes => "yes", FlagVerdict.No => "no", _ => "undecided" })
                .Append(", ").Append(step.Text);
        }

        return text.ToString();
    }
}
