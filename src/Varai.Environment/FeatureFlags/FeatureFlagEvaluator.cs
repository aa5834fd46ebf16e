using Microsoft.Extensions.Logging;

namespace Varai.FeatureFlags;

/// <summary>Answers from the present snapshot of the <see cref="FeatureFlagFeed"/>.</summary>
internal sealed class FeatureFlagEvaluator(FeatureFlagFeed feed, ILogger<FeatureFlagEvaluator> logger) : IFeatureFlags
{
    private readonly LogOnce _unknown = new();

    public IReadOnlyList<string> FeatureNames => feed.Current.Names;

    public bool IsFeatureEnabled(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return feed.Current.Flags.TryGetValue(name, out CompiledFeatureFlag? flag) ? flag.Enabled : Unknown(name);
    }

    public FeatureParameters GetFeatureParameters(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (feed.Current.Flags.TryGetValue(name, out CompiledFeatureFlag? flag))
            return flag.Parameters;

        Unknown(name);
        return FeatureParameters.Empty;
    }

    public long SnapshotVersion => 0;

    public bool IsFeatureEnabled(string name, FlagContext context) => IsFeatureEnabled(name);

    public bool IsFeatureEnabled(Flag<bool> flag) => IsFeatureEnabled(flag.Name);

    public bool IsFeatureEnabled(Flag<bool> flag, FlagContext context) => IsFeatureEnabled(flag.Name);

    public FlagEvaluation Evaluate(string name, FlagContext? context = null) => throw new NotSupportedException();

    public FlagEvaluation Evaluate(Flag flag, FlagContext? context = null) => throw new NotSupportedException();

    public IReadOnlyList<FlagEvaluation> EvaluateAll(FlagContext? context = null) => throw new NotSupportedException();

    public FlagExplanation Explain(string name, FlagContext? context = null) => throw new NotSupportedException();

    public IFeatureFlags Pin() => this;

    public Microsoft.Extensions.Primitives.IChangeToken GetChangeToken() => throw new NotSupportedException();

    private bool Unknown(string name)
    {
        if (_unknown.IsFirst(name))
            logger.FeatureUnknown(name, Spelling.Nearest(name, feed.Current.Names) is { } nearest ? $" Did you mean '{nearest}'?" : "");
        return false;
    }
}
