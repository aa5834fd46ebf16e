using Microsoft.Extensions.Primitives;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Definitions;

namespace Varai.Tests.FeatureFlags.Differential;

/// <summary>The flags of a document that never changes.</summary>
internal sealed class FixedStore(ConfigurationNode root) : IFeatureFlagStore
{
    public ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken)
    {
        var errors = new List<ConfigurationError>();
        FeatureFlagSet set = FlagDocument.Read(root, new FlagErrors(errors.Add));
        return errors.Count == 0 ? ValueTask.FromResult(set) : throw new ConfigurationException("The document has errors.", errors);
    }

    public IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);
}
