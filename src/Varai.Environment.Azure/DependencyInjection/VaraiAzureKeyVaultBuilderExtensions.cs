using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Varai;
using Varai.AzureCloud.Secrets;
using Varai.Secrets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Azure Key Vaults as secret providers.</summary>
public static class VaraiAzureKeyVaultBuilderExtensions
{
    private const string DefaultName = "azure-key-vault";

    /// <summary>Appends an Azure Key Vault to the chain of secret providers, named <c>azure-key-vault</c> and set by the section
    /// <c>Varai:AzureKeyVault</c>.</summary>
    /// <remarks>It reads, writes, deletes and lists secrets and reads their versions. A second call adds no second provider; what it sets
    /// is added.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets what the configuration does not, or in its place.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddAzureKeyVault(this VaraiBuilder builder, Action<AzureKeyVaultOptions>? configure = null) =>
        Add(builder, DefaultName, Options.Options.DefaultName, AzureKeyVaultOptions.SectionName, VaraiSection.For<AzureKeyVaultOptions>("AzureKeyVault"), configure);

    /// <summary>Appends one more Azure Key Vault to the chain of secret providers, set by the section <c>Varai:NAME</c>.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The provider's name: letters, digits, <c>-</c> and <c>_</c>.</param>
    /// <param name="configure">Sets what the configuration does not, or in its place.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name holds other characters.</exception>
    public static VaraiBuilder AddAzureKeyVault(this VaraiBuilder builder, string name, Action<AzureKeyVaultOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new ArgumentException($"The name '{name}' of a secret provider must be made of letters, digits, '-' and '_'.", nameof(name));
        if (name == DefaultName)
            return builder.AddAzureKeyVault(configure);
        var section = new VaraiSection(name)
        {
            Check = services => _ = services.GetRequiredService<IOptionsMonitor<AzureKeyVaultOptions>>().Get(name),
        };
        return Add(builder, name, name, $"Varai:{name}", section, configure);
    }

    private static VaraiBuilder Add(
        VaraiBuilder builder, string provider, string options, string path, VaraiSection section, Action<AzureKeyVaultOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        IServiceCollection services = builder.Services;
        if (!services.Any(s => s.ImplementationInstance is Added added && added.Provider == provider))
            AddProvider(builder, provider, options, path, section);
        if (configure is not null)
            services.Configure(options, configure);
        return builder;
    }

    private static void AddProvider(VaraiBuilder builder, string provider, string options, string path, VaraiSection section)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton(new Added(provider));
        services.AddSingleton(section);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AzureKeyVaultOptions>, AzureKeyVaultOptionsValidator>());
        services.AddOptionsWithValidateOnStart<AzureKeyVaultOptions>(options).BindConfiguration(path, o => o.ErrorOnUnknownConfiguration = true);
        services.TryAddSingleton(TimeProvider.System);
        builder.AddSecretProvider(container => Create(container, provider, options));
    }

    private static AzureKeyVaultProvider Create(IServiceProvider services, string provider, string name)
    {
        AzureKeyVaultOptions options = services.GetRequiredService<IOptionsMonitor<AzureKeyVaultOptions>>().Get(name);
        HttpPipelineTransport? transport = options.Transport?.Invoke(services);
        TokenCredential credential = options.Credential?.Invoke(services) ?? AzureCredentials.Create(options, transport);
        return new AzureKeyVaultProvider(provider, options, credential, transport, services.GetRequiredService<TimeProvider>());
    }

    private sealed record Added(string Provider);
}
