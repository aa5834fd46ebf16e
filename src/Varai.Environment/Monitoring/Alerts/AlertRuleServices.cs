using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Varai.Monitoring.Alerts;

/// <summary>The registrations of alert rules. Calling it twice is calling it once; what the user registered first stays.</summary>
internal static class AlertRuleServices
{
    public static IServiceCollection AddVaraiAlertRules(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(AlertEngine)))
            return services;
        services.AddOptions<AlertRulesOptions>()
            .BindConfiguration(AlertRulesOptions.SectionName, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AlertRulesOptions>, AlertRulesOptionsValidator>());
        services.AddSingleton(VaraiSection.For<AlertRulesOptions>("AlertRules"));
        services.AddVaraiMonitoring();
        services.AddSingleton<AlertMemoryStore>();
        services.AddSingleton<AlertEngine>();
        services.TryAddSingleton<IAlertRules>(static provider => provider.GetRequiredService<AlertEngine>());
        services.AddHostedService(static provider => provider.GetRequiredService<AlertEngine>());
        return services;
    }
}
