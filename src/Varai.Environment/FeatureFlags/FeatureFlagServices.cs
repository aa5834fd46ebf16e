using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.FeatureFlags.Editing;
using Varai.FeatureFlags.Evaluation;
using Varai.FeatureFlags.Exposures;
using Varai.FeatureFlags.Stores;

namespace Varai.FeatureFlags;

/// <summary>The registrations of the area. Calling it twice is calling it once; what the user registered first stays.</summary>
internal static class FeatureFlagServices
{
    public static IServiceCollection AddVaraiFeatureFlags(this IServiceCollection services)
    {
        services.AddOptions<FeatureFlagOptions>()
            .BindConfiguration(FeatureFlagOptions.SectionName, binder => binder.ErrorOnUnknownConfiguration = true);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<FeatureFlagOptions>, FeatureFlagOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IFeatureFlagStore, ConfigurationFeatureFlagStore>();
        services.TryAddSingleton<IFlagContextAccessor, AmbientFlagContext>();
        services.TryAddSingleton<FlagReports>();
        services.TryAddSingleton<FlagSetCompiler>();
        services.TryAddSingleton(static provider => new FlagExposures(
            provider.GetRequiredService<IOptions<FeatureFlagOptions>>().Value,
            provider.GetRequiredService<IEnvironmentConfiguration>().EnvironmentName,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<IFlagExposures>(static provider => provider.GetRequiredService<FlagExposures>());
        services.TryAddSingleton<FeatureFlagFeed>();
        services.TryAddSingleton<IFeatureFlags, FeatureFlagEvaluator>();
        services.TryAddScoped(static provider => provider.GetRequiredService<IFeatureFlags>().Pin());
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
