using System.Diagnostics.CodeAnalysis;
using Varai.FeatureFlags;

namespace Contoso.Extensions;

/// <summary>Feature flags written outside Varai: what is named is on.</summary>
internal sealed class OwnFlags : IFeatureFlags
{
    public IReadOnlyList<string> FeatureNames => ["contoso"];

    public bool IsFeatureEnabled(string name) => FeatureNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    public FeatureParameters GetFeatureParameters(string name) => FeatureParameters.Empty;

    public FlagSnapshot Snapshot { get; } = new OwnSnapshot();

    public FlagDecision Evaluate(string name, FlagContext? context = null) => new(name, IsFeatureEnabled(name), FlagReason.Static);

    public FlagExplanation Explain(string name, FlagContext? context = null) => new(Evaluate(name, context), []);

    public IFeatureFlags Pin() => this;

    private sealed class OwnSnapshot() : FlagSnapshot(version: 1)
    {
        public override IReadOnlyList<ResolvedFlag> Flags => [];

        public override bool TryFind(string name, [NotNullWhen(true)] out ResolvedFlag? flag)
        {
            flag = null;
            return false;
        }
    }
}
