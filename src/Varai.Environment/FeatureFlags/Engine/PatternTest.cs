using System.Text.RegularExpressions;

namespace Varai.FeatureFlags.Engine;

/// <summary>Looks for regular expressions in the attribute, in time that grows with the text only, and limited besides.</summary>
internal sealed class PatternTest(AttributeCondition condition, Regex[] patterns) : AttributeTest(condition)
{
    /// <summary>Longer attributes are not looked at.</summary>
    public const int LongestText = 1024;

    private const int PatternCost = 50;

    public override int Cost => PatternCost * patterns.Length;

    protected override FlagVerdict TestOne(in FlagValue value)
    {
        if (value.Text is not { Length: <= LongestText } text)
            return FlagVerdict.Undecided;
        try
        {
            foreach (Regex pattern in patterns)
            {
                if (pattern.IsMatch(text))
                    return FlagVerdict.Yes;
            }

            return FlagVerdict.No;
        }
        catch (RegexMatchTimeoutException)
        {
            return FlagVerdict.Undecided; // as everything that can't be told
        }
    }
}
