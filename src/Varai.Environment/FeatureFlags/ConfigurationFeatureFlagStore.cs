using Microsoft.Extensions.Primitives;
using Varai.Configuration;

namespace Varai.FeatureFlags;

/// <summary>Takes the definitions from the component <c>feature_flags</c> of the environment's configuration.</summary>
internal sealed class ConfigurationFeatureFlagStore(IEnvironmentConfiguration configuration) : IFeatureFlagStore
{
    public ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var errors = new List<ConfigurationError>();
        FeatureFlagSet set = FeatureFlagReader.Read(configuration.Current.Root, errors.Add);
        return errors.Count == 0
            ? new ValueTask<FeatureFlagSet>(set)
            : throw new ConfigurationException($"The feature flags of the environment '{configuration.EnvironmentName}' can't be used.", errors);
    }

    public IChangeToken GetChangeToken() => configuration.GetChangeToken();
}
