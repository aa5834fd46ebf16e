using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>A compiled rule about a context. Immutable; evaluating it allocates nothing and throws nothing.</summary>
internal abstract class MatchRule
{
    /// <summary>The deepest that rules may be nested in each other.</summary>
    public const int DeepestNesting = 16;

    /// <summary>The most that one condition or segment may cost, with the segments it refers to.</summary>
    public const int HighestCost = 8_000;

    /// <summary>What it costs at most, in units of about 100 ns: what bounds the time of an evaluation.</summary>
    public abstract int Cost { get; }

    /// <summary>What it says. The query has a context.</summary>
    /// <param name="query">The evaluation under way.</param>
    /// <param name="decided">Set to the rule inside it that decided, where it has one to name.</param>
    public abstract MatchOutcome Evaluate(ref FlagQuery query, ref string? decided);

    /// <summary>Adds what it says, and what each rule inside it says, to an explanation.</summary>
    /// <param name="query">The evaluation under way.</param>
    /// <param name="trace">Takes the steps.</param>
    /// <param name="name">What to call the rule.</param>
    /// <param name="path">Where it is within its condition, for the names of the rules inside it.</param>
    public abstract void Explain(ref FlagQuery query, FlagTrace trace, string name, string path);

    /// <summary>What it says, for callers that don't name what decided.</summary>
    public MatchOutcome Evaluate(ref FlagQuery query)
    {
        string? decided = null;
        return Evaluate(ref query, ref decided);
    }

    /// <summary>What rules cost together, without overflow.</summary>
    protected static int Sum(ReadOnlySpan<MatchRule> rules)
    {
        long sum = 0;
        foreach (MatchRule rule in rules)
            sum += rule.Cost;
        return (int)Math.Min(int.MaxValue, sum);
    }
}
