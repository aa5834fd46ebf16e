namespace Varai.FeatureFlags.Engine;

/// <summary>The names of filters: compared whatever their case, and by their last part where the definition has no dot.</summary>
internal static class FilterNames
{
    public const string Targeting = "Microsoft.Targeting";
    public const string TimeWindow = "Microsoft.TimeWindow";
    public const string Percentage = "Microsoft.Percentage";

    public static readonly string[] BuiltIn = ["AlwaysOn", Targeting, TimeWindow, Percentage];

    public static bool IsAlwaysOn(string name) =>
        name.Equals("AlwaysOn", StringComparison.OrdinalIgnoreCase) || name.Equals("On", StringComparison.OrdinalIgnoreCase);

    public static string? FindBuiltIn(string name) => Array.Find(BuiltIn, filter => Is(filter, name));

    /// <summary>Whether a definition's name means a filter.</summary>
    public static bool Is(string filter, string name) =>
        filter.Equals(name, StringComparison.OrdinalIgnoreCase)
        || (!name.Contains('.', StringComparison.Ordinal) && filter.AsSpan(filter.LastIndexOf('.') + 1).Equals(name, StringComparison.OrdinalIgnoreCase));
}
