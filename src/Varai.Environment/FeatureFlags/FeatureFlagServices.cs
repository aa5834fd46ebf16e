using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Varai.FeatureFlags.Editing;
using Varai.FeatureFlags.Stores;

namespace Varai.FeatureFlags;

/// <summary>The registrations of the area. Calling it twice is calling it once; what the user registered first stays.</summary>
internal static class FeatureFlagServices
{
    public static IServiceCollection AddVaraiFeatureFlags(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IFeatureFlagStore, ConfigurationFeatureFlagStore>();
        services.TryAddSingleton<FeatureFlagFeed>();
        services.TryAddSingleton<IFeatureFlags, FeatureFlagEvaluator>();
        services.TryAddSingleton<IFlagSetValidator, FlagSetValidator>();

        // The feed is no service of its own under the editor's interface: the container would dispose it twice.
        services.TryAddSingleton<IFeatureFlagEditor>(static provider => new FeatureFlagEditor(
            provider.GetRequiredService<IFeatureFlagStore>(),
            provider.GetRequiredService<IFlagSetValidator>(),
            provider.GetRequiredService<IFeatureFlags>(),
            provider.GetRequiredService<FeatureFlagFeed>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}
