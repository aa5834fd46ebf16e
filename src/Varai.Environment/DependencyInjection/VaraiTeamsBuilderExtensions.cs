using Varai;
using Varai.Monitoring.Channels;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Microsoft Teams as an alert channel.</summary>
public static class VaraiTeamsBuilderExtensions
{
    /// <summary>Adds the alert channel <c>teams</c>; a second call only sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertChannels:teams</c>.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddTeams(this VaraiBuilder builder, Action<TeamsOptions>? configure = null) => builder.AddTeams("teams", configure);

    /// <summary>Adds Microsoft Teams as an alert channel with a name; a second call with the same name only sets more options.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The channel's name; no <c>:</c>.</param>
    /// <param name="configure">Sets options, after those of the section <c>Varai:AlertChannels:NAME</c>.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    /// <exception cref="InvalidOperationException">A channel of another kind has the name.</exception>
    public static VaraiBuilder AddTeams(this VaraiBuilder builder, string name, Action<TeamsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ChannelServices.ThrowIfInvalid(name);
        builder.Services.AddOptions<TeamsOptions>(name)
            .BindConfiguration(ChannelServices.SectionOf(name), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        builder.AddVaraiAlertChannel<TeamsOptions, TeamsOptionsValidator>(name, configure, static (context, options) => new TeamsChannel(context, options));
        return builder;
    }
}
