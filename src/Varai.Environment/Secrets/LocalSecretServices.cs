using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Secrets.LocalStore;
using Varai.State;

namespace Varai.Secrets;

/// <summary>Makes the providers that need no server from the options and the host.</summary>
internal static class LocalSecretServices
{
    private const string StoreFileName = "secrets.enc";

    public static EnvironmentVariableSecretProvider CreateEnvironment(IServiceProvider services) => new(
        services.GetRequiredService<ProcessEnvironment>(),
        Settings(services).Prefix,
        new SecretFileReader(
            EnvironmentVariableSecretProvider.ProviderName,
            Settings(services).RequirePrivateFiles,
            services.GetRequiredService<ILogger<EnvironmentVariableSecretProvider>>()));

    public static DotEnvSecretProvider CreateDotEnv(IServiceProvider services)
    {
        SecretOptions options = Settings(services);
        var host = services.GetRequiredService<IHostEnvironment>();
        return new DotEnvSecretProvider(
            Path.GetFullPath(options.DotEnvFile, host.ContentRootPath),
            options.Prefix,
            options.RequirePrivateFiles,
            services.GetRequiredService<ILogger<DotEnvSecretProvider>>())
        {
            IsEnabled = options.DotEnv ?? host.IsDevelopment(),
        };
    }

    /// <summary>Whether a provider is in the chain: whether dotenv is, is known only when the options are.</summary>
    public static bool TakesPart(ISecretProvider provider) => provider is not DotEnvSecretProvider { IsEnabled: false };

    /// <summary>Registers the encrypted store, once, also as what rotates its key.</summary>
    public static void AddLocalStore(IServiceCollection services)
    {
        services.TryAddSingleton(CreateLocalStore);
        services.TryAddSingleton<ILocalSecretKeys>(static provider => provider.GetRequiredService<LocalSecretProvider>());
        services.AddSingleton<ISecretProvider>(static provider => provider.GetRequiredService<LocalSecretProvider>());
    }

    private static LocalSecretProvider CreateLocalStore(IServiceProvider services)
    {
        LocalSecretStoreOptions options = Settings(services).LocalStore;
        string contentRoot = services.GetRequiredService<IHostEnvironment>().ContentRootPath;
        var logger = services.GetRequiredService<ILogger<LocalSecretProvider>>();
        var time = services.GetRequiredService<TimeProvider>();
        var variables = services.GetRequiredService<ProcessEnvironment>();
        var files = new SecretFileReader(LocalSecretProvider.ProviderName, Settings(services).RequirePrivateFiles, logger);
        var keys = new LocalStoreKeys(
            services.GetService<ISecretKeyProvider>(),
            new EnvironmentKeys(EnvironmentKeys.Current, variables, files),
            new EnvironmentKeys(EnvironmentKeys.Previous, variables, files),
            () => FindKeyFile(options, services.GetRequiredService<IHostEnvironment>()) is { } file ? new KeyFile(file, time) : null);
        string path = options.Path.Length > 0
            ? options.Path
            : Path.Combine(services.GetService<IOptions<StateOptions>>()?.Value.Directory ?? new StateOptions().Directory, StoreFileName);
        return new LocalSecretProvider(Path.GetFullPath(path, contentRoot), options.MaxVersions, keys, time, logger);
    }

    // Outside of the content root, which is what gets copied, mounted and committed.
    private static string? FindKeyFile(LocalSecretStoreOptions options, IHostEnvironment host)
    {
        if (options.KeyFile.Length > 0)
            return Path.GetFullPath(options.KeyFile, host.ContentRootPath);
        string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return data.Length == 0 ? null : Path.Combine(data, "varai", "keys", $"{ToFileName(host.ApplicationName)}.key");
    }

    private static string ToFileName(string? application)
    {
        string name = string.Concat((application ?? "").Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
        return name.Trim('.').Length > 0 ? name : "service";
    }

    private static SecretOptions Settings(IServiceProvider services) => services.GetRequiredService<IOptions<SecretOptions>>().Value;
}
