using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Varai.Monitoring.ServiceLevels;

/// <summary>The registrations of service levels. Calling it twice is calling it once; what the user registered first stays.</summary>
internal static class ServiceLevelServices
{
    public static IServiceCollection AddVaraiServiceLevels(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ServiceLevelService)))
            return services;
        services.AddVaraiMonitoring();
        services.AddSingleton<ServiceLevelCollector>();
        services.AddSingleton<UptimeProber>();
        services.AddSingleton<ServiceLevelStore>();
        services.AddSingleton<ServiceLevelService>();
        services.TryAddSingleton<IServiceLevels>(static provider => provider.GetRequiredService<ServiceLevelService>());
        services.AddHostedService(static provider => provider.GetRequiredService<ServiceLevelService>());
        return services;
    }
}
