using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.Monitoring.Delivery;
using Varai.Monitoring.Notifications.Storage;
using Varai.State;

namespace Varai.Monitoring.Notifications;

/// <summary>The registrations of the notification pipeline and of the outbox it sends through. Calling it twice is calling it once; what
/// the user registered first stays.</summary>
internal static class NotificationServices
{
    public static IServiceCollection AddVaraiNotifications(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(NotificationRunner)))
            return services;
        services.AddOptions<AlertNotificationOptions>()
            .BindConfiguration(AlertNotificationOptions.SectionName, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AlertNotificationOptions>, AlertNotificationOptionsValidator>());
        services.AddSingleton(VaraiSection.For<AlertNotificationOptions>("AlertNotifications"));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<NotificationSignal>();
        services.AddSingleton(static provider => new NotificationStore(
            provider.GetRequiredService<IStateStore>(), provider.GetRequiredService<IEnvironmentConfiguration>().EnvironmentName));
        services.AddSingleton<NotificationPlanSource>();
        services.AddSingleton<NotificationView>();
        services.AddSingleton<InboxWriter>();
        services.AddSingleton<NotificationRunner>();
        services.AddVaraiAlertDelivery();
        services.TryAddSingleton<INotificationObserver, NotificationObserver>();
        services.TryAddSingleton<IAlertDispatcher, AlertDispatcher>();
        services.TryAddSingleton<ISilences, Silences>();
        services.TryAddSingleton<IAlertNotifications, AlertNotifications>();
        services.AddHostedService(static provider => provider.GetRequiredService<NotificationRunner>());
        return services;
    }
}
