using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai;
using Varai.GoogleCloud.Secrets;
using Varai.Secrets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Google Secret Manager.</summary>
public static class VaraiGoogleSecretManagerBuilderExtensions
{
    /// <summary>Appends Google Secret Manager to the providers of secrets, under the name <c>google-secret-manager</c> and with
    /// the settings of <c>Varai:GoogleSecretManager</c>. A second call adds its settings, no second provider.</summary>
    /// <remarks>A <see cref="GoogleSecretManagerClient"/> can be injected, too.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Settings in code, which win over the configuration.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddGoogleSecretManager(this VaraiBuilder builder, Action<GoogleSecretManagerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (Add(builder, Options.Options.DefaultName, GoogleSecretManagerClient.DefaultName, GoogleSecretManagerOptions.SectionName, configure))
            builder.Services.TryAddSingleton(static services => services.GetRequiredKeyedService<GoogleSecretManagerClient>(GoogleSecretManagerClient.DefaultName));
        return builder;
    }

    /// <summary>Appends one more Google Secret Manager to the providers of secrets: another project, location or account. Its
    /// settings are those of <c>Varai:NAME</c>. A second call with the same name adds its settings, no second provider.</summary>
    /// <remarks>Its <see cref="GoogleSecretManagerClient"/> can be injected by the key <paramref name="name"/>.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The provider's name, and the key of its settings below <c>Varai</c>.</param>
    /// <param name="configure">Settings in code, which win over the configuration.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is empty or has a colon, or is the one of the provider without a name.</exception>
    public static VaraiBuilder AddGoogleSecretManager(this VaraiBuilder builder, string name, Action<GoogleSecretManagerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Contains(':', StringComparison.Ordinal))
            throw new ArgumentException($"The name '{name}' has a colon; it is a key of the configuration.", nameof(name));
        if (name == GoogleSecretManagerClient.DefaultName)
            throw new ArgumentException($"The name '{name}' is the one of the provider without a name. Choose another one.", nameof(name));
        Add(builder, name, name, $"Varai:{name}", configure);
        return builder;
    }

    private static bool Add(VaraiBuilder builder, string optionsName, string name, string section, Action<GoogleSecretManagerOptions>? configure)
    {
        IServiceCollection services = builder.Services;
        OptionsBuilder<GoogleSecretManagerOptions> options = services.AddOptions<GoogleSecretManagerOptions>(optionsName);
        bool isFirst = !services.Any(service => service.IsKeyedService
            && service.ServiceType == typeof(GoogleSecretManagerClient) && name.Equals(service.ServiceKey));
        if (isFirst)
        {
            options.BindConfiguration(section, static binder => binder.ErrorOnUnknownConfiguration = true);
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<GoogleSecretManagerOptions>, GoogleSecretManagerOptionsValidator>());
            services.AddSingleton(new VaraiSection(section["Varai:".Length..]) { Check = provider => _ = Settings(provider) });
            services.TryAddSingleton(TimeProvider.System);
            services.AddKeyedSingleton(name, (provider, _) => new GoogleSecretManagerClient(
                name,
                Settings(provider),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<GoogleSecretManagerClient>>()));
            builder.AddSecretProvider(provider => new GoogleSecretManagerProvider(
                provider.GetRequiredKeyedService<GoogleSecretManagerClient>(name), Settings(provider)));
        }

        if (configure is not null)
            options.Configure(configure);
        return isFirst;

        GoogleSecretManagerOptions Settings(IServiceProvider provider) =>
            provider.GetRequiredService<IOptionsMonitor<GoogleSecretManagerOptions>>().Get(optionsName);
    }
}
