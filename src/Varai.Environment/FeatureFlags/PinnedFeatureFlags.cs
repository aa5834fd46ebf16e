namespace Varai.FeatureFlags;

/// <summary>Answers from one snapshot, whatever changes.</summary>
internal sealed class PinnedFeatureFlags(FeatureFlagSnapshot snapshot, UnknownFlags unknown) : IFeatureFlags
{
    public IReadOnlyList<string> FeatureNames => snapshot.Names;

    public FlagSnapshot Snapshot => snapshot;

    public bool IsFeatureEnabled(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return snapshot.Find(name) is { } flag ? flag.Evaluate(context: null).IsEnabled : unknown.IsOff(name, snapshot);
    }

    public FeatureParameters GetFeatureParameters(string name) => unknown.GetParameters(name, snapshot);

    public FlagDecision Evaluate(string name, FlagContext? context = null) => unknown.Evaluate(name, context, snapshot);

    public FlagExplanation Explain(string name, FlagContext? context = null) => unknown.Explain(name, context, snapshot);

    public IFeatureFlags Pin() => this;
}
