using Microsoft.Extensions.Logging;
using Varai.FeatureFlags.Engine;

namespace Varai.FeatureFlags;

/// <summary>Answers from the present snapshot of the <see cref="FeatureFlagFeed"/>.</summary>
internal sealed class FeatureFlagEvaluator(FeatureFlagFeed feed, ILogger<FeatureFlagEvaluator> logger) : IFeatureFlags
{
    private readonly UnknownFlags _unknown = new(logger);

    public IReadOnlyList<string> FeatureNames => feed.Current.Names;

    public FlagSnapshot Snapshot => feed.Current;

    public bool IsFeatureEnabled(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        FeatureFlagSnapshot snapshot = feed.Current;
        return snapshot.Find(name) is { } flag ? flag.Evaluate(context: null).IsEnabled : _unknown.IsOff(name, snapshot);
    }

    public FeatureParameters GetFeatureParameters(string name) => _unknown.GetParameters(name, feed.Current);

    public FlagDecision Evaluate(string name, FlagContext? context = null) => _unknown.Evaluate(name, context, feed.Current);

    public FlagExplanation Explain(string name, FlagContext? context = null) => _unknown.Explain(name, context, feed.Current);

    public IFeatureFlags Pin() => new PinnedFeatureFlags(feed.Current, _unknown);
}
