using Varai;
using Varai.Monitoring.Channels;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds SMS through Twilio as an alert channel.</summary>
public static class VaraiTwilioSmsBuilderExtensions
{
    /// <summary>Adds the alert channel <c>sms</c>; a second call only sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertChannels:sms</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddTwilioSms(this VaraiBuilder builder, Action<TwilioSmsOptions>? configure = null) => builder.AddTwilioSms("sms", configure);

    /// <summary>Adds SMS through Twilio as an alert channel with a name; a second call with the same name only sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The channel's name; no <c>:</c>.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertChannels:NAME</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">A channel of another kind has the name.</exception>
    public static VaraiBuilder AddTwilioSms(this VaraiBuilder builder, string name, Action<TwilioSmsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ChannelServices.ThrowIfInvalid(name);
        builder.Services.AddOptions<TwilioSmsOptions>(name)
            .BindConfiguration(ChannelServices.SectionOf(name), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        builder.AddVaraiAlertChannel<TwilioSmsOptions, TwilioSmsOptionsValidator>(name, configure, static (context, options) => new TwilioSmsChannel(context, options));
        return builder;
    }
}
