namespace Varai.FeatureFlags.Matching;

internal static class ComparisonExtensions
{
    /// <summary>Whether it holds for the result of a <c>CompareTo</c>.</summary>
    public static bool Holds(this Comparison comparison, int order) => comparison switch
    {
        Comparison.Equal => order == 0,
        Comparison.Less => order < 0,
        Comparison.LessOrEqual => order <= 0,
        Comparison.Greater => order > 0,
        _ => order >= 0,
    };

    /// <summary>The comparison in words.</summary>
    public static string Describe(this Comparison comparison) => comparison switch
    {
        Comparison.Equal => "equal to",
        Comparison.Less => "less than",
        Comparison.LessOrEqual => "at most",
        Comparison.Greater => "greater than",
        _ => "at least",
    };
}
