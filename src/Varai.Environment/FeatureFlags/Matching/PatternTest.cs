using Varai.FeatureFlags.Conditions;

namespace Varai.FeatureFlags.Matching;

/// <summary>Whether a regular expression matches somewhere in a text.</summary>
internal sealed class PatternTest : ValueTest
{
    private readonly TextPattern[] _patterns;
    private readonly int _longestList;

    public PatternTest(TextPattern[] patterns)
    {
        _patterns = patterns;
        _longestList = patterns.Min(pattern => pattern.LongestList);
        Cost = (int)Math.Min(int.MaxValue, patterns.Sum(pattern => (long)pattern.Cost));
    }

    public override int Cost { get; }

    public override MatchOutcome Evaluate(in FlagValue value, ref FlagQuery query)
    {
        if (value.Kind == FlagValueKind.String)
            return value.String!.Length > TextPattern.LongestText ? MatchOutcome.Unknown : Has(value.String).ToOutcome();
        if (value.Kind != FlagValueKind.Strings)
            return MatchOutcome.Unknown;

        long length = 0;
        foreach (string? item in Items(in value))
        {
            // An item costs something even if it is empty.
            length += (item?.Length ?? 0) + 1;
            if (length > _longestList)
                return MatchOutcome.Unknown;
            if (item is not null && Has(item))
                return MatchOutcome.Met;
        }

        return MatchOutcome.NotMet;
    }

    public override string Describe(bool holds) =>
        $"{(holds ? "matches" : "does not match")} {(_patterns.Length == 1 ? "" : "any of ")}{ClauseText.List([.. _patterns.Select(pattern => pattern.Text)])}";

    public override string DescribeMisfit(in FlagValue value) => value.Kind switch
    {
        FlagValueKind.String => $"longer than {TextPattern.LongestText} characters",
        FlagValueKind.Strings => $"longer than {_longestList} characters in all",
        _ => "no text",
    };

    private bool Has(string text)
    {
        foreach (TextPattern pattern in _patterns)
        {
            if (pattern.IsMatch(text))
                return true;
        }

        return false;
    }
}
