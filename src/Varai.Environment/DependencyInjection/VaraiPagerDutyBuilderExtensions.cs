using Varai;
using Varai.Monitoring.Channels;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds PagerDuty as an alert channel.</summary>
public static class VaraiPagerDutyBuilderExtensions
{
    /// <summary>Adds the alert channel <c>pagerduty</c>; a second call only sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertChannels:pagerduty</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddPagerDuty(this VaraiBuilder builder, Action<PagerDutyOptions>? configure = null) => builder.AddPagerDuty("pagerduty", configure);

    /// <summary>Adds a service of PagerDuty as an alert channel with a name; a second call with the same name only sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The channel's name; no <c>:</c>.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertChannels:NAME</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">A channel of another kind has the name.</exception>
    public static VaraiBuilder AddPagerDuty(this VaraiBuilder builder, string name, Action<PagerDutyOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ChannelServices.ThrowIfInvalid(name);
        builder.Services.AddOptions<PagerDutyOptions>(name)
            .BindConfiguration(ChannelServices.SectionOf(name), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        builder.AddVaraiAlertChannel<PagerDutyOptions, PagerDutyOptionsValidator>(name, configure, static (context, options) => new PagerDutyChannel(context, options));
        return builder;
    }
}
