using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Monitoring.Errors;
using Varai.Monitoring.Listening;
using Varai.Monitoring.Recording;
using Varai.Monitoring.Windows;

namespace Varai.Monitoring;

/// <summary>The registrations of the area. Calling one twice is calling it once; what the user registered first stays.</summary>
internal static class MonitoringServices
{
    /// <summary>What records: for every service, and nothing is made before it is used.</summary>
    public static IServiceCollection AddVaraiMetrics(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IMetrics>(static provider => new ServiceMetrics(
            provider.GetService<IMeterFactory>(), provider.GetRequiredService<ILogger<ServiceMetrics>>(), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<ErrorTracker>();
        services.TryAddSingleton<IErrorTracker>(static provider => provider.GetRequiredService<ErrorTracker>());
        return services;
    }

    /// <summary>What listens, keeps and answers.</summary>
    public static IServiceCollection AddVaraiMonitoring(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(MetricPipeline)))
            return services;
        services.AddOptions<MonitoringOptions>()
            .BindConfiguration(MonitoringOptions.SectionName, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MonitoringOptions>, MonitoringOptionsValidator>());
        services.AddSingleton(VaraiSection.For<MonitoringOptions>("Monitoring"));
        services.TryAddSingleton(TimeProvider.System);
        services.AddVaraiMetrics();
        services.AddSingleton<MetricWindows>();
        services.TryAddSingleton<IMetricWindows>(static provider => provider.GetRequiredService<MetricWindows>());
        services.AddSingleton(static provider => new MetricPipeline(
            [provider.GetRequiredService<MetricWindows>(), .. provider.GetServices<IMetricSink>()],
            provider.GetRequiredService<IOptions<MonitoringOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MetricPipeline>>(),
            provider.GetService<IMeterFactory>()));
        services.AddHostedService(static provider => provider.GetRequiredService<MetricPipeline>());
        return services;
    }
}
