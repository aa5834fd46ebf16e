using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Varai;
using Varai.Secrets;
using Varai.Vault.Secrets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds HashiCorp Vault and OpenBao.</summary>
public static class VaraiVaultBuilderExtensions
{
    /// <summary>Appends a Vault to the chain of secret providers, named <c>vault</c>, with its settings under <c>Varai:Vault</c>; a
    /// second call only adds settings. <see cref="VaultClient"/> can be injected then, too.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the settings, after configuration has.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddVault(this VaraiBuilder builder, Action<VaultOptions>? configure = null) =>
        builder.AddVault(VaultInstance.DefaultName, configure);

    /// <summary>Appends one more Vault to the chain of secret providers, with its settings under <c>Varai:NAME</c>; a second call with
    /// the same name only adds settings. Its <see cref="VaultClient"/> is a keyed service with that name.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The name of the provider and of its section, such as <c>vault-eu</c>.</param>
    /// <param name="configure">Changes the settings, after configuration has.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddVault(this VaraiBuilder builder, string name, Action<VaultOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Contains(':', StringComparison.Ordinal))
            throw new ArgumentException($"'{name}' names a section below Varai and can't hold ':'.", nameof(name));

        IServiceCollection services = builder.Services;
        if (!services.Any(d => d.ServiceType == typeof(VaultInstance) && d.ImplementationInstance is VaultInstance known && known.Name == name))
            Register(builder, name);
        if (configure is not null)
            services.Configure(name, configure);
        return builder;
    }

    private static void Register(VaraiBuilder builder, string name)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton(new VaultInstance(name));
        services.AddOptionsWithValidateOnStart<VaultOptions>(name)
            .BindConfiguration(VaultInstance.SectionOf(name), o => o.ErrorOnUnknownConfiguration = true);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<VaultOptions>, VaultVariables>());
        services.AddSingleton<IValidateOptions<VaultOptions>>(new VaultOptionsValidator(name));
        services.AddSingleton(new VaraiSection(VaultInstance.SectionOf(name)["Varai:".Length..])
        {
            Check = provider => _ = OptionsOf(provider, name),
        });

        services.AddKeyedSingleton(name, static (provider, key) => new VaultClient(
            (string)key!, OptionsOf(provider, (string)key!), provider.GetService<TimeProvider>(), provider.GetService<ILogger<VaultClient>>()));
        services.TryAddSingleton(provider => provider.GetRequiredKeyedService<VaultClient>(name));
        builder.AddSecretProvider(provider => new VaultSecretProvider(
            name,
            provider.GetRequiredKeyedService<VaultClient>(name),
            OptionsOf(provider, name),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetService<ILogger<VaultClient>>() ?? NullLogger<VaultClient>.Instance));
    }

    private static VaultOptions OptionsOf(IServiceProvider provider, string name) =>
        provider.GetRequiredService<IOptionsMonitor<VaultOptions>>().Get(name);
}
