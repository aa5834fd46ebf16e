using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Varai.Secrets;

/// <summary>The registrations of the area. Calling it twice is calling it once; what the user registered first stays.</summary>
internal static class SecretServices
{
    // Where Docker and Compose mount secrets.
    private const string MountedSecrets = "/run/secrets";

    public static IServiceCollection AddVaraiSecrets(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(SecretStore)))
            return services;

        services.AddOptions<SecretOptions>()
            .BindConfiguration(SecretOptions.SectionName, binder => binder.ErrorOnUnknownConfiguration = true);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SecretOptions>, SecretOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(ProcessEnvironment.Current);

        services.AddSingleton<ISecretProvider>(LocalSecretServices.CreateEnvironment);
        services.AddSingleton<ISecretProvider>(LocalSecretServices.CreateDotEnv);
        services.AddSingleton<ISecretProvider>(static provider => CreateFiles(
            provider, "files", Path.GetFullPath(Settings(provider).Directory, provider.GetRequiredService<IHostEnvironment>().ContentRootPath)));
        if (Directory.Exists(MountedSecrets))
            services.AddSingleton<ISecretProvider>(static provider => new ReadOnlySecretProvider(CreateFiles(provider, "run-secrets", MountedSecrets)));

        LocalSecretServices.AddLocalStore(services);

        services.AddSingleton<SecretStore>();
        services.TryAddSingleton<ISecretStore>(static provider => provider.GetRequiredService<SecretStore>());
        services.AddSingleton<SecretPrefetch>();
        return services;
    }

    private static SecretOptions Settings(IServiceProvider provider) => provider.GetRequiredService<IOptions<SecretOptions>>().Value;

    private static FileSecretProvider CreateFiles(IServiceProvider provider, string name, string directory) => new(
        name, directory, Settings(provider).RequirePrivateFiles, provider.GetRequiredService<ILogger<FileSecretProvider>>());
}
