using Varai.FeatureFlags;

namespace Contoso.Extensions;

/// <summary>Feature flags written outside Varai: what is named is on.</summary>
internal sealed class OwnFlags : IFeatureFlags
{
    public IReadOnlyList<string> FeatureNames => ["contoso"];

    public bool IsFeatureEnabled(string name) => FeatureNames.Contains(name, StringComparer.OrdinalIgnoreCase);

    public FeatureParameters GetFeatureParameters(string name) => FeatureParameters.Empty;
}
