using Varai;
using Varai.Monitoring;
using Varai.Monitoring.Notifications;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds notifications of alerts.</summary>
public static class VaraiAlertNotificationBuilderExtensions
{
    /// <summary>Adds <see cref="IAlertDispatcher"/>, <see cref="ISilences"/> and <see cref="IAlertNotifications"/>, and lets this host send
    /// notifications of alerts through its channels. Of several hosts that share a state store and an environment, one sends at a time. A second
    /// call sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertNotifications</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddAlertNotifications(this VaraiBuilder builder, Action<AlertNotificationOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVaraiNotifications();
        if (configure is not null)
            builder.Services.Configure(configure);
        return builder;
    }
}
