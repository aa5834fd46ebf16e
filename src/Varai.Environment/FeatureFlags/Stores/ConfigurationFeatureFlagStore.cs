using Microsoft.Extensions.Primitives;
using Varai.Configuration;
using Varai.FeatureFlags.Conditions;
using Varai.FeatureFlags.Definitions;

namespace Varai.FeatureFlags.Stores;

/// <summary>Takes the definitions from the environment's configuration.</summary>
internal sealed class ConfigurationFeatureFlagStore(IEnvironmentConfiguration configuration, HostFlagSections? host = null) : IFeatureFlagStore
{
    public ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var errors = new List<ConfigurationError>();
        FeatureFlagSet set = FlagDocument.Read(configuration.Current.Root, new FlagErrors(errors.Add), host);
        return errors.Count == 0
            ? new ValueTask<FeatureFlagSet>(set)
            : throw new ConfigurationException($"The feature flags of the environment '{configuration.EnvironmentName}' can't be used.", errors);
    }

    public IChangeToken GetChangeToken() => host is null
        ? configuration.GetChangeToken()
        : new CompositeChangeToken([configuration.GetChangeToken(), host.GetChangeToken()]);
}
