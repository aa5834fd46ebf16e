using Varai;
using Varai.Monitoring.Channels;
using Varai.State;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Slack as an alert channel.</summary>
public static class VaraiSlackBuilderExtensions
{
    /// <summary>Adds the alert channel <c>slack</c>; a second call only sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertChannels:slack</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddSlack(this VaraiBuilder builder, Action<SlackOptions>? configure = null) => builder.AddSlack("slack", configure);

    /// <summary>Adds Slack as an alert channel with a name; a second call with the same name only sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The channel's name; no <c>:</c>.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertChannels:NAME</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">A channel of another kind has the name.</exception>
    public static VaraiBuilder AddSlack(this VaraiBuilder builder, string name, Action<SlackOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ChannelServices.ThrowIfInvalid(name);
        builder.Services.AddOptions<SlackOptions>(name)
            .BindConfiguration(ChannelServices.SectionOf(name), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        builder.AddVaraiAlertChannel<SlackOptions, SlackOptionsValidator>(name, configure, static (context, options) => new SlackChannel(
            context,
            options,
            new SlackThreads(
                context.Services.GetRequiredService<IStateStore>(), () => context.Services.GetRequiredService<IVaraiEnvironment>().Name, context.Name, context.Logger<SlackChannel>())));
        return builder;
    }
}
