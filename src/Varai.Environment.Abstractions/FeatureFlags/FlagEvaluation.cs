namespace Varai.FeatureFlags;

/// <summary>The outcome of one evaluation and why it came out so.</summary>
/// <param name="Flag">The flag's name as it is defined; as it was asked for when there is no such flag.</param>
/// <param name="IsEnabled">Whether the feature is on.</param>
/// <param name="Variant">The variant assigned; <see langword="null"/> when the flag has none or assigned none.</param>
/// <param name="Reason">Why.</param>
/// <param name="MatchedRule">The rule that decided, such as <c>conditions.client_filters[0] (Microsoft.Targeting): group Ring1</c>;
/// <see langword="null"/> when no rule did.</param>
/// <param name="SnapshotVersion">The version of the snapshot it was evaluated against; see <see cref="IFeatureFlags.SnapshotVersion"/>.</param>
public readonly record struct FlagEvaluation(
    string Flag, bool IsEnabled, FlagVariant? Variant, FlagReason Reason, string? MatchedRule, long SnapshotVersion);
