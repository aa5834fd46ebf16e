using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Monitoring.Notifications;
using Varai.State;

namespace Varai.Monitoring.Delivery;

/// <summary>The registrations of the outbox. Calling it twice is calling it once; what the user registered first stays.</summary>
internal static class DeliveryServices
{
    public static IServiceCollection AddVaraiAlertDelivery(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(NotificationOutbox)))
            return services;
        services.AddOptions<AlertDeliveryOptions>()
            .BindConfiguration(AlertDeliveryOptions.SectionName, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AlertDeliveryOptions>, AlertDeliveryOptionsValidator>());
        services.AddSingleton(VaraiSection.For<AlertDeliveryOptions>("AlertDelivery"));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(static provider => new NotificationOutbox(
            provider.GetServices<IAlertChannel>(),
            provider.GetRequiredService<IStateStore>(),
            () => provider.GetServices<INotificationObserver>(),
            () => provider.GetRequiredService<IVaraiEnvironment>().Name,
            provider.GetRequiredService<IOptions<AlertDeliveryOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            static () => RandomNumberGenerator.GetInt32(1_000_001) / 1_000_000d,
            provider.GetRequiredService<ILogger<NotificationOutbox>>(),
            provider.GetService<IMeterFactory>()));
        services.TryAddSingleton<INotificationOutbox>(static provider => provider.GetRequiredService<NotificationOutbox>());
        services.TryAddSingleton<IAlertChannels>(static provider => provider.GetRequiredService<NotificationOutbox>());
        return services;
    }
}
