using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Varai;
using Varai.Aws.Secrets;
using Varai.Secrets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds AWS Secrets Manager.</summary>
public static class VaraiAwsSecretsBuilderExtensions
{
    /// <summary>Appends AWS Secrets Manager to the providers of secrets, with the settings of <c>Varai:AwsSecretsManager</c>. Its
    /// <see cref="AwsSecretsManagerClient"/> is in the container too.</summary>
    /// <remarks>A second call adds no second provider; its settings are applied after those of the first.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Changes the settings, after the configuration.</param>
    /// <returns>The builder.</returns>
    public static VaraiBuilder AddAwsSecretsManager(this VaraiBuilder builder, Action<AwsSecretsManagerOptions>? configure = null)
    {
        builder = Add(builder, AwsSecretsManagerOptions.DefaultProviderName, configure);
        builder.Services.TryAddSingleton(static services =>
            services.GetRequiredKeyedService<AwsSecretsManagerClient>(AwsSecretsManagerOptions.DefaultProviderName));
        return builder;
    }

    /// <summary>Appends one more AWS Secrets Manager, such as that of another account, with the settings of <c>Varai:</c> and its
    /// name. Its <see cref="AwsSecretsManagerClient"/> is in the container under the name as key.</summary>
    /// <remarks>A second call with the same name adds no second provider; its settings are applied after those of the first.</remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="name">The provider's name, unique in the chain.</param>
    /// <param name="configure">Changes the settings, after the configuration.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The name is empty, or has characters other than lower-case letters, digits and <c>-</c>.</exception>
    public static VaraiBuilder AddAwsSecretsManager(this VaraiBuilder builder, string name, Action<AwsSecretsManagerOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            throw new ArgumentException($"The provider's name is '{name}'; it must be lower-case letters, digits and '-'.", nameof(name));
        return Add(builder, name, configure);
    }

    private static VaraiBuilder Add(VaraiBuilder builder, string name, Action<AwsSecretsManagerOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        IServiceCollection services = builder.Services;
        string optionsName = AwsSecretsManagerSection.OptionsName(name);
        if (!services.Any(s => s.IsKeyedService && s.ServiceType == typeof(AwsSecretsManagerClient) && name.Equals(s.ServiceKey)))
        {
            services.AddOptions<AwsSecretsManagerOptions>(optionsName)
                .BindConfiguration(AwsSecretsManagerSection.Path(optionsName), static o => o.ErrorOnUnknownConfiguration = true);
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AwsSecretsManagerOptions>, AwsSecretsManagerOptionsValidator>());
            services.AddSingleton(new VaraiSection(AwsSecretsManagerSection.Key(optionsName)) { Check = provider => _ = Options(provider, optionsName) });
            services.AddKeyedSingleton(name, (provider, _) => new AwsSecretsManagerClient(
                name,
                Options(provider, optionsName),
                provider.GetService<TimeProvider>() ?? TimeProvider.System,
                provider.GetService<ILogger<AwsSecretsManagerClient>>() ?? NullLogger<AwsSecretsManagerClient>.Instance));
            builder.AddSecretProvider(provider => new AwsSecretsManagerProvider(provider.GetRequiredKeyedService<AwsSecretsManagerClient>(name)));
        }

        if (configure is not null)
            services.Configure(optionsName, configure);
        return builder;
    }

    private static AwsSecretsManagerOptions Options(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<AwsSecretsManagerOptions>>().Get(name);
}
