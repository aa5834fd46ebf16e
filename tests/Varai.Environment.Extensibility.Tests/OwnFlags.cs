using Microsoft.Extensions.Primitives;
using Varai.FeatureFlags;

namespace Contoso.Extensions;

/// <summary>Feature flags written outside Varai: what is named is on.</summary>
internal sealed class OwnFlags : IFeatureFlagSnapshot
{
    public IReadOnlyList<string> FeatureNames => ["contoso"];

    public long SnapshotVersion => 1;

    public bool IsFeatureEnabled(string name) => FeatureNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    public bool IsFeatureEnabled(string name, FlagContext context) => IsFeatureEnabled(name);

    public bool IsFeatureEnabled(Flag<bool> flag) => IsFeatureEnabled(flag.Name);

    public bool IsFeatureEnabled(Flag<bool> flag, FlagContext context) => IsFeatureEnabled(flag.Name);

    public FeatureParameters GetFeatureParameters(string name) => FeatureParameters.Empty;

    public FlagEvaluation Evaluate(string name, FlagContext? context = null) => throw new NotSupportedException();

    public FlagEvaluation Evaluate(Flag flag, FlagContext? context = null) => throw new NotSupportedException();

    public IReadOnlyList<FlagEvaluation> EvaluateAll(FlagContext? context = null) => [];

    public FlagExplanation Explain(string name, FlagContext? context = null) => throw new NotSupportedException();

    public IFeatureFlagSnapshot Pin() => this;

    public IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);
}
