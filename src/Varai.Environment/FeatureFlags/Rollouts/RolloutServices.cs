using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Varai.FeatureFlags.Rollouts;

/// <summary>The registrations of rollouts. Calling it twice is calling it once; what the user registered first stays.</summary>
internal static class RolloutServices
{
    public static IServiceCollection AddVaraiRollouts(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(RolloutRunner)))
            return services;
        services.AddOptions<RolloutOptions>()
            .BindConfiguration(RolloutOptions.SectionName, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RolloutOptions>, RolloutOptionsValidator>());
        services.AddSingleton(VaraiSection.For<RolloutOptions>("Rollouts"));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RolloutSignal>();
        services.AddSingleton<RolloutStore>();
        services.AddSingleton<RolloutGuards>();
        services.AddSingleton<RolloutWorker>();
        services.AddSingleton<RolloutRunner>();
        services.TryAddSingleton<IFlagRollouts, FlagRollouts>();
        services.AddHostedService(static provider => provider.GetRequiredService<RolloutRunner>());
        return services;
    }
}
