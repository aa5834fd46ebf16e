using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Varai.Monitoring.Errors;

/// <summary>The registrations of error tracking. Calling it twice is calling it once.</summary>
internal static class ErrorServices
{
    public static IServiceCollection AddVaraiErrorTracking(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ProcessErrors)))
            return services;
        services.AddOptions<ErrorTrackingOptions>()
            .BindConfiguration(ErrorTrackingOptions.SectionName, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ErrorTrackingOptions>, ErrorTrackingOptionsValidator>());
        services.AddSingleton(VaraiSection.For<ErrorTrackingOptions>("ErrorTracking"));
        services.AddVaraiMetrics();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, ErrorLoggerProvider>());
        services.AddSingleton<ProcessErrors>();
        services.AddHostedService(static provider => provider.GetRequiredService<ProcessErrors>());
        return services;
    }
}
