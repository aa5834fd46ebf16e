using Microsoft.Extensions.Logging;
using Varai;
using Varai.Configuration;
using Varai.DependencyInjection;
using Varai.FeatureFlags.Stores;
using Varai.State;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Sets up the stores of feature flags that come with the library.</summary>
public static class VaraiFeatureFlagBuilderExtensions
{
    /// <summary>Keeps the definitions of feature flags in the state store in place of the configuration files: every process that
    /// shares the state store reads and changes the same flags. They start empty; what the files define is not read.</summary>
    /// <param name="builder">The builder.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder UseStateFeatureFlags(this VaraiBuilder builder) => builder.UseFeatureFlagStore(static provider =>
    {
        var logger = provider.GetRequiredService<ILogger<StateFeatureFlagStore>>();
        return new StateFeatureFlagStore(
            provider.GetRequiredService<IStateStore>(),
            provider.GetRequiredService<IEnvironmentConfiguration>().EnvironmentName,
            provider.GetRequiredService<TimeProvider>(),
            logger,
            VaraiServices.KeptFile(provider, "flags", logger),
            provider.GetRequiredService<VaraiSetup>().Options.Configuration.StartTimeout);
    });
}
