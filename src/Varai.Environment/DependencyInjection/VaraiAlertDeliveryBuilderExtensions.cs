using Varai;
using Varai.Monitoring;
using Varai.Monitoring.Delivery;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Sets how alerts are sent.</summary>
public static class VaraiAlertDeliveryBuilderExtensions
{
    /// <summary>Adds <see cref="IAlertChannels"/> and sets how notifications are sent, whatever the channel. Adding one of our channels adds it too.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertDelivery</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddAlertDelivery(this VaraiBuilder builder, Action<AlertDeliveryOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddVaraiAlertDelivery();
        if (configure is not null)
            builder.Services.Configure(configure);
        return builder;
    }
}
