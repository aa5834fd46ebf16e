using System.Globalization;

namespace Varai.FeatureFlags.Matching;

/// <summary>Writes values for explanations.</summary>
internal static class ClauseText
{
    private const int MostItems = 5;
    private const int LongestText = 64;

    /// <summary>A value of a context.</summary>
    public static string Describe(in FlagValue value) => value.Kind switch
    {
        FlagValueKind.String => Quote(value.String!),
        FlagValueKind.Strings when value.Strings.Count == 0 => "an empty list",
        FlagValueKind.Strings => $"[{List([.. value.Strings.Take(MostItems).Select(Quote)], value.Strings.Count)}]",
        _ => value.ToString(),
    };

    /// <summary>The values of a rule: the first few, and how many more there are.</summary>
    public static string List(IReadOnlyList<string> values, int? count = null)
    {
        int more = (count ?? values.Count) - Math.Min(MostItems, values.Count);
        string text = string.Join(", ", values.Take(MostItems).Select(Shorten));
        return more > 0 ? string.Create(CultureInfo.InvariantCulture, $"{text} and {more} more") : text;
    }

    /// <summary>A text in quotes, cut where it is long.</summary>
    public static string Quote(string? text) => text is null ? "null" : $"'{Shorten(text)}'";

    private static string Shorten(string text) => text.Length <= LongestText ? text : $"{text.AsSpan(0, LongestText)}...";
}
