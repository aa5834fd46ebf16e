namespace Varai.FeatureFlags;

/// <summary>Pins the flags at the scope's first question.</summary>
internal sealed class ScopedFeatureFlags(IFeatureFlags flags) : IScopedFeatureFlags
{
    private IFeatureFlags? _pinned;

    public IReadOnlyList<string> FeatureNames => Pin().FeatureNames;

    public FlagSnapshot Snapshot => Pin().Snapshot;

    public bool IsFeatureEnabled(string name) => Pin().IsFeatureEnabled(name);

    public FeatureParameters GetFeatureParameters(string name) => Pin().GetFeatureParameters(name);

    public FlagDecision Evaluate(string name, FlagContext? context = null) => Pin().Evaluate(name, context);

    public FlagExplanation Explain(string name, FlagContext? context = null) => Pin().Explain(name, context);

    // Two threads of one scope that ask first at once must not pin two states.
    public IFeatureFlags Pin() => Volatile.Read(ref _pinned) ?? Interlocked.CompareExchange(ref _pinned, flags.Pin(), comparand: null) ?? _pinned;
}
