using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>What an operator does with the value of an attribute. Immutable; it allocates nothing and throws nothing.</summary>
internal abstract class ValueTest
{
    /// <summary>What it costs at most, as <see cref="MatchRule.Cost"/>.</summary>
    public virtual int Cost => 4;

    /// <summary>Holds a value that is there against the values of the rule; unknown for a value that the operator can't read.</summary>
    public abstract MatchOutcome Evaluate(in FlagValue value, ref FlagQuery query);

    /// <summary>The end of "which ...", such as <c>is one of DE, AT</c>.</summary>
    /// <param name="holds">Whether it holds; else the opposite is said.</param>
    public abstract string Describe(bool holds);

    /// <summary>The end of "which is ..." for a value that can't be read, such as <c>no number</c>.</summary>
    public abstract string DescribeMisfit(in FlagValue value);

    /// <summary>The items of a list without the cost of an interface.</summary>
    protected static ReadOnlySpan<string?> Items(in FlagValue value) => value.Strings as string[];
}
