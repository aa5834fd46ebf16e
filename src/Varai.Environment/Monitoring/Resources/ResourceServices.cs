using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Varai.Monitoring.Resources;

/// <summary>The registrations of resource metrics. Calling it twice is calling it once; what the user registered first stays.</summary>
internal static class ResourceServices
{
    public static IServiceCollection AddVaraiResources(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ResourceInstruments)))
            return services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(static provider => new ResourceMonitor(
            OperatingSystem.IsLinux()
                ? new LinuxResourceReader(new SystemFiles("/"), ProcessCpuTime.Read, FileSystemSpace.Read)
                : new PortableResourceReader(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ResourceMonitor>>()));
        services.TryAddSingleton<IResourceMonitor>(static provider => provider.GetRequiredService<ResourceMonitor>());
        services.AddSingleton(static provider => new ResourceInstruments(
            provider.GetRequiredService<ResourceMonitor>(), provider.GetService<IMeterFactory>()));
        services.AddHostedService(static provider => provider.GetRequiredService<ResourceInstruments>());
        return services;
    }
}
