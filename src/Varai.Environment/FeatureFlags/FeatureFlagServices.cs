using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Varai.FeatureFlags.Evaluation;
using Varai.FeatureFlags.Exposures;
using Varai.FeatureFlags.Stores;

namespace Varai.FeatureFlags;

/// <summary>The registrations of the area. Calling it twice is calling it once; what the user registered first stays.</summary>
internal static class FeatureFlagServices
{
    public static IServiceCollection AddVaraiFeatureFlags(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IFeatureFlagStore, ConfigurationFeatureFlagStore>();
        services.TryAddSingleton<IFlagContextAccessor, AmbientFlagContext>();
        services.TryAddSingleton<FlagReports>();
        services.TryAddSingleton<FlagSetCompiler>();
        services.TryAddSingleton<FlagExposures>();
        services.TryAddSingleton<FeatureFlagFeed>();
        services.TryAddSingleton<IFeatureFlags, FeatureFlagEvaluator>();
        services.TryAddScoped(static provider => provider.GetRequiredService<IFeatureFlags>().Pin());
        return services;
    }
}
