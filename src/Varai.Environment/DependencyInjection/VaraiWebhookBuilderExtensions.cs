using Varai;
using Varai.Monitoring.Channels;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds webhooks that alerts are posted to.</summary>
public static class VaraiWebhookBuilderExtensions
{
    /// <summary>Adds the alert channel <c>webhook</c>; a second call only sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertChannels:webhook</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddWebhook(this VaraiBuilder builder, Action<WebhookOptions>? configure = null) => builder.AddWebhook("webhook", configure);

    /// <summary>Adds a webhook as an alert channel with a name; a second call with the same name only sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The channel's name; no <c>:</c>.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertChannels:NAME</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">A channel of another kind has the name.</exception>
    public static VaraiBuilder AddWebhook(this VaraiBuilder builder, string name, Action<WebhookOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ChannelServices.ThrowIfInvalid(name);
        builder.Services.AddOptions<WebhookOptions>(name)
            .BindConfiguration(ChannelServices.SectionOf(name), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        builder.AddVaraiAlertChannel<WebhookOptions, WebhookOptionsValidator>(name, configure, static (context, options) => new WebhookChannel(context, options));
        return builder;
    }
}
