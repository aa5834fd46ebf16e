using Microsoft.Extensions.Configuration;

namespace Varai.Configuration;

/// <summary>Puts the environment's document among the host's configuration sources.</summary>
internal sealed class EnvironmentConfigurationSource(ConfigurationEngine engine) : IConfigurationSource
{
    // One provider however often the host builds its sources: the engine tells it of changes.
    public IConfigurationProvider Build(IConfigurationBuilder builder) => engine.Provider;
}
