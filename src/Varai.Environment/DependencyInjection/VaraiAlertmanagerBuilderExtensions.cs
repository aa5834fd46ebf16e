using Varai;
using Varai.Monitoring.Channels;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds an Alertmanager as an alert channel.</summary>
public static class VaraiAlertmanagerBuilderExtensions
{
    /// <summary>Adds the alert channel <c>alertmanager</c>; a second call only sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertChannels:alertmanager</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddAlertmanager(this VaraiBuilder builder, Action<AlertmanagerOptions>? configure = null) => builder.AddAlertmanager("alertmanager", configure);

    /// <summary>Adds an Alertmanager as an alert channel with a name; a second call with the same name only sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The channel's name; no <c>:</c>.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertChannels:NAME</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">A channel of another kind has the name.</exception>
    public static VaraiBuilder AddAlertmanager(this VaraiBuilder builder, string name, Action<AlertmanagerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ChannelServices.ThrowIfInvalid(name);
        builder.Services.AddOptions<AlertmanagerOptions>(name)
            .BindConfiguration(ChannelServices.SectionOf(name), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        builder.AddVaraiAlertChannel<AlertmanagerOptions, AlertmanagerOptionsValidator>(name, configure, static (context, options) => new AlertmanagerChannel(context, options));
        return builder;
    }
}
