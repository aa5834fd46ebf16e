namespace Varai.FeatureFlags.Matching;

/// <summary>An operator of a clause. <see cref="All"/> is the table of them all.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it compares.</param>
/// <param name="IsNegated">Whether it is met when the comparison is not.</param>
/// <param name="Comparison">How values that have an order are compared.</param>
/// <param name="Place">Where texts are looked for.</param>
/// <param name="Aliases">Other names, among them those of LaunchDarkly and Unleash.</param>
internal sealed record MatchOperator(
    string Name, MatchOperatorKind Kind, bool IsNegated, Comparison Comparison, TextPlace Place, IReadOnlyList<string> Aliases)
{
    /// <summary>Every operator.</summary>
    public static IReadOnlyList<MatchOperator> All { get; } =
    [
        Create("equals", MatchOperatorKind.Membership, ["eq", "num_eq"]),
        Create("not_equals", MatchOperatorKind.Membership, ["ne", "neq"], isNegated: true),
        Create("in", MatchOperatorKind.Membership, []),
        Create("not_in", MatchOperatorKind.Membership, [], isNegated: true),
        Create("contains", MatchOperatorKind.Text, ["str_contains"]),
        Create("not_contains", MatchOperatorKind.Text, [], isNegated: true),
        Create("starts_with", MatchOperatorKind.Text, ["str_starts_with"], place: TextPlace.Start),
        Create("ends_with", MatchOperatorKind.Text, ["str_ends_with"], place: TextPlace.End),
        Create("matches", MatchOperatorKind.Pattern, ["regex"]),
        Create("not_matches", MatchOperatorKind.Pattern, ["not_regex"], isNegated: true),
        Create("less", MatchOperatorKind.Number, ["lt", "less_than", "num_lt"], comparison: Comparison.Less),
        Create("less_or_equal", MatchOperatorKind.Number, ["le", "lte", "less_than_or_equal", "num_lte"], comparison: Comparison.LessOrEqual),
        Create("greater", MatchOperatorKind.Number, ["gt", "greater_than", "num_gt"], comparison: Comparison.Greater),
        Create("greater_or_equal", MatchOperatorKind.Number, ["ge", "gte", "greater_than_or_equal", "num_gte"], comparison: Comparison.GreaterOrEqual),
        Create("semver_equals", MatchOperatorKind.Version, ["semver_equal", "semver_eq"]),
        Create("semver_less", MatchOperatorKind.Version, ["semver_less_than", "semver_lt"], comparison: Comparison.Less),
        Create("semver_less_or_equal", MatchOperatorKind.Version, ["semver_le", "semver_lte"], comparison: Comparison.LessOrEqual),
        Create("semver_greater", MatchOperatorKind.Version, ["semver_greater_than", "semver_gt"], comparison: Comparison.Greater),
        Create("semver_greater_or_equal", MatchOperatorKind.Version, ["semver_ge", "semver_gte"], comparison: Comparison.GreaterOrEqual),
        Create("before", MatchOperatorKind.Moment, ["date_before"], comparison: Comparison.Less),
        Create("after", MatchOperatorKind.Moment, ["date_after"], comparison: Comparison.Greater),
        Create("ip_in", MatchOperatorKind.Network, ["in_cidr"]),
        Create("exists", MatchOperatorKind.Existence, []),
        Create("not_exists", MatchOperatorKind.Existence, [], isNegated: true),
    ];

    private static Dictionary<string, MatchOperator> ByName { get; } = All
        .SelectMany(one => one.Aliases.Prepend(one.Name).SelectMany<string, string>(name => [name, Normalize(name)]).Distinct().Select(name => (Name: name, Operator: one)))
        .ToDictionary(one => one.Name, one => one.Operator, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether case can be ignored.</summary>
    public bool TakesIgnoreCase => Kind is MatchOperatorKind.Membership or MatchOperatorKind.Text or MatchOperatorKind.Pattern;

    /// <summary>Whether it takes several values, any of which may hold.</summary>
    public bool TakesValues => TakesIgnoreCase || Kind == MatchOperatorKind.Network;

    /// <summary>An operator by its name or an alias, whatever the case and with or without <c>_</c> and <c>-</c>.</summary>
    public static MatchOperator? Find(string name) => ByName.GetValueOrDefault(name) ?? ByName.GetValueOrDefault(Normalize(name));

    /// <summary>The name that was probably meant.</summary>
    public static string? FindNearest(string name) =>
        Spelling.Nearest(name, All.Select(one => one.Name)) ?? Spelling.Nearest(name, All.SelectMany(one => one.Aliases));

    private static string Normalize(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    private static MatchOperator Create(
        string name, MatchOperatorKind kind, string[] aliases, bool isNegated = false,
        Comparison comparison = Comparison.Equal, TextPlace place = TextPlace.Anywhere) =>
        new(name, kind, isNegated, comparison, place, aliases);
}
