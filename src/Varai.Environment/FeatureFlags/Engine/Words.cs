namespace Varai.FeatureFlags.Engine;

/// <summary>Words that explanations share.</summary>
internal static class Words
{
    private const int MostNames = 10;

    public static string Of(FlagVerdict verdict) => verdict switch
    {
        FlagVerdict.Yes => "yes",
        FlagVerdict.No => "no",
        _ => "undecided",
    };

    /// <summary>The first names of a list.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        names.Count == 0 ? "nobody" : string.Join(", ", names.Take(MostNames).Select(n => $"'{n}'")) + (names.Count > MostNames ? ", ..." : "");

    public static string User(FlagContext context) => context.User is null ? "nobody in particular asks" : $"the user is '{context.User}'";

    public const string NoContext = "there is no context";
}
