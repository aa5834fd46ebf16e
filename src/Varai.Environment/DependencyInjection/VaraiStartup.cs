using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Evaluation;
using Varai.FeatureFlags.Stores;
using Varai.Secrets;

namespace Varai.DependencyInjection;

/// <summary>Brings up what the service has configured, before the service's own hosted services start and in this order:
/// options, configuration, secrets, flags. What nobody configured is not even made.</summary>
internal sealed class VaraiStartup(IServiceCollection registrations, VaraiSetup setup, IServiceProvider services) : IHostedLifecycleService
{
    private ConfigurationReloader? _reloader;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        bool secretsSection = CheckSections();
        if (setup.HasFiles)
        {
            setup.Engine.Attach(services);
            _reloader = services.GetRequiredService<ConfigurationReloader>();
            await _reloader.StartAsync(cancellationToken).ConfigureAwait(false);
            services.GetService<DeferredStartupValidator>()?.ValidateNow();
        }

        if (secretsSection || registrations.Count(IsSecretOptions) > 1)
        {
            // Only the store knows the providers, and so whether one is named that is not there.
            if (services.GetRequiredService<IOptions<SecretOptions>>().Value.NamesProviders)
                services.GetRequiredService<ISecretStore>();
            await services.GetRequiredService<SecretPrefetch>().RunAsync(cancellationToken).ConfigureAwait(false);
        }

        // Flags of the configuration never have to be waited for; with another store services would see every feature off.
        if (!IsDefaultFlagStore(registrations.Last(s => s.ServiceType == typeof(IFeatureFlagStore) && !s.IsKeyedService)))
            await services.GetRequiredService<FeatureFlagFeed>().FirstLoad.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Last of all, so that other services still see changes while they stop.
    public Task StoppedAsync(CancellationToken cancellationToken) => _reloader?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    private static bool IsSecretOptions(ServiceDescriptor service) => service.ServiceType == typeof(IConfigureOptions<SecretOptions>);

    private static bool IsDefaultFlagStore(ServiceDescriptor service) => service.ImplementationType == typeof(ConfigurationFeatureFlagStore);

    /// <summary>Refuses a key that nobody reads, and a value that nobody can read.</summary>
    /// <returns>Whether there is a section of secrets.</returns>
    private bool CheckSections()
    {
        IConfigurationSection varai = services.GetRequiredService<IConfiguration>().GetSection(VaraiOptions.SectionName);
        VaraiSection[]? known = null;
        List<string>? failures = varai.Value is { Length: > 0 } ? [MustBeSection(varai)] : null;
        bool secrets = false;
        foreach (IConfigurationSection section in varai.GetChildren())
        {
            known ??= [.. services.GetServices<VaraiSection>()];
            secrets |= $"{VaraiOptions.SectionName}:{section.Key}".Equals(SecretOptions.SectionName, StringComparison.OrdinalIgnoreCase);
            if (known.FirstOrDefault(k => k.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase)) is not { } found)
                (failures ??= []).Add(Describe(section, known));
            else if (found.Name == nameof(VaraiOptions.Environment) && section.GetChildren().Any())
                (failures ??= []).Add($"{section.Path} has keys below it; it must be a name.");
            else if (found.Check is not null && section.Value is { Length: > 0 })
                (failures ??= []).Add(MustBeSection(section));
            else
                Check(found, section);
        }

        return failures is null ? secrets : throw new OptionsValidationException(VaraiOptions.SectionName, typeof(VaraiOptions), failures);
    }

    private void Check(VaraiSection found, IConfigurationSection section)
    {
        try
        {
            found.Check?.Invoke(services);
        }
        catch (InvalidOperationException e)
        {
            // The binder names the key it does not know, but not where it is.
            throw new OptionsValidationException(section.Path, typeof(VaraiOptions), [$"{section.Path}: {e.Message}"]);
        }
    }

    // Without the value: a package's section may have been given its token by mistake.
    private static string MustBeSection(IConfigurationSection section) => $"{section.Path} has a value of its own; it must be a section with keys below it.";

    private static string Describe(IConfigurationSection section, VaraiSection[] known)
    {
        string[] names = [.. known.Select(k => k.Name).Where(n => !n.Contains(':', StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        string hint = Spelling.Nearest(section.Key, names) is { } nearest ? $" Did you mean '{nearest}'?" : "";
        return $"{section.Path} is not known; the keys of {VaraiOptions.SectionName} are {string.Join(", ", names)}.{hint}";
    }
}
