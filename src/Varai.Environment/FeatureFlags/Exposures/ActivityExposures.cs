using System.Diagnostics;
using Varai.FeatureFlags.Evaluation;

namespace Varai.FeatureFlags.Exposures;

/// <summary>What was told to one activity: each flag and variant once, so that a loop does not fill it.</summary>
internal sealed class ActivityExposures
{
    public const string EventName = "feature_flag.evaluation";
    public const string ContextTag = "feature_flag.context.id";
    public const string SetTag = "feature_flag.set.id";
    public const string VersionTag = "feature_flag.version";
    public const string ProviderTag = "feature_flag.provider.name";
    public const string ErrorTag = "error.type";

    private const string Property = "varai.feature_flags";

    private readonly Lock _lock = new();
    private readonly HashSet<(string Flag, string Variant)> _told = [];

    /// <summary>Adds the event that OpenTelemetry describes, unless the activity has one of this flag and variant.</summary>
    public static void Tell(
        Activity activity, string environment, FeatureFlagSnapshot snapshot, CompiledFlag flag, in FlagOutcome outcome, string? targetingKey)
    {
        string variant = ExposedFlag.VariantOf(in outcome);
        if (Of(activity).IsFirst(flag.Name, variant))
            activity.AddEvent(new ActivityEvent(EventName, tags: Describe(environment, snapshot, flag, in outcome, variant, targetingKey)));
    }

    // Two threads that come first at once may tell one exposure twice.
    private static ActivityExposures Of(Activity activity)
    {
        if (activity.GetCustomProperty(Property) is ActivityExposures known)
            return known;
        var told = new ActivityExposures();
        activity.SetCustomProperty(Property, told);
        return told;
    }

    private bool IsFirst(string flag, string variant)
    {
        lock (_lock)
            return _told.Add((flag, variant));
    }

    private static ActivityTagsCollection Describe(
        string environment, FeatureFlagSnapshot snapshot, CompiledFlag flag, in FlagOutcome outcome, string variant, string? targetingKey)
    {
        var tags = new ActivityTagsCollection();
        foreach ((string name, string value) in flag.Telemetry?.Metadata ?? [])
            tags[name] = value;

        // After the metadata, which must not replace what these names mean.
        tags[ExposedFlag.KeyTag] = flag.Name;
        tags[ExposedFlag.VariantTag] = variant;
        tags[ExposedFlag.ReasonTag] = ExposedFlag.NameOf(outcome.Reason);
        if (targetingKey is not null)
            tags[ContextTag] = targetingKey;
        tags[SetTag] = environment;
        tags[VersionTag] = snapshot.Set.Version.Length > 0
            ? snapshot.Set.Version
            : snapshot.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        tags[ProviderTag] = Diagnostics.VaraiDiagnostics.Name;
        if (outcome.Reason == FlagReason.Error)
            tags[ErrorTag] = "general";
        return tags;
    }
}
