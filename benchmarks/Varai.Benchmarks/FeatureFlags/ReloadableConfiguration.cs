using Microsoft.Extensions.Configuration;

namespace Varai.Benchmarks.FeatureFlags;

/// <summary>A configuration in memory that says it has changed when told to.</summary>
internal sealed class ReloadableConfiguration : ConfigurationProvider, IConfigurationSource
{
    public ReloadableConfiguration(IConfiguration from)
    {
        foreach ((string key, string? value) in from.AsEnumerable())
            Data[key] = value;
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Change() => OnReload();
}
