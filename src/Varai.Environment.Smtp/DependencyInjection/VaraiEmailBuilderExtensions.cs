using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai;
using Varai.Secrets;
using Varai.Smtp.Monitoring;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds email as an alert channel.</summary>
public static class VaraiEmailBuilderExtensions
{
    /// <summary>Adds the alert channel <c>email</c>, with its settings under <c>Varai:Email</c>; a second call only adds settings.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the settings, after configuration has.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddEmail(this VaraiBuilder builder, Action<EmailOptions>? configure = null) => builder.AddEmail(EmailInstance.DefaultName, configure);

    /// <summary>Adds one more email channel, with its settings under <c>Varai:NAME</c>; a second call with the same name only adds settings.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of the channel and of its section, such as <c>email-eu</c>.</param>
    /// <param name="configure">Changes the settings, after configuration has.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is not valid.</exception>
    public static VaraiBuilder AddEmail(this VaraiBuilder builder, string name, Action<EmailOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Contains(':', StringComparison.Ordinal))
            throw new ArgumentException($"'{name}' names a section below Varai and can't hold ':'.", nameof(name));

        IServiceCollection services = builder.Services;
        if (!services.Any(d => d.ImplementationInstance is EmailInstance known && known.Name == name))
            Register(builder, name);
        if (configure is not null)
            services.Configure(name, configure);
        return builder;
    }

    private static void Register(VaraiBuilder builder, string name)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton(new EmailInstance(name));
        services.AddOptionsWithValidateOnStart<EmailOptions>(name)
            .BindConfiguration(EmailInstance.SectionOf(name), o => o.ErrorOnUnknownConfiguration = true);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EmailOptions>, EmailOptionsValidator>());
        services.AddSingleton(new VaraiSection(EmailInstance.SectionOf(name)["Varai:".Length..])
        {
            Check = provider => _ = OptionsOf(provider, name),
        });
        builder.AddAlertChannel(provider => new EmailChannel(
            name, OptionsOf(provider, name), provider.GetRequiredService<ISecretStore>(), provider.GetRequiredService<ILogger<EmailChannel>>()));
    }

    private static EmailOptions OptionsOf(IServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<EmailOptions>>().Get(name);
}
