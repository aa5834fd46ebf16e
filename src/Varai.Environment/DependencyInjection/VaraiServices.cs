using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.Configuration.History;
using Varai.Configuration.Sources;
using Varai.Configuration.Validation;
using Varai.Configuration.Writing;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Definitions;
using Varai.Monitoring;
using Varai.Secrets;
using Varai.State;

namespace Varai.DependencyInjection;

/// <summary>Registers the default implementation of every area; what the service has registered itself stays.</summary>
internal static class VaraiServices
{
    private static readonly IConfigureOptions<HealthCheckServiceOptions> HealthChecks = new ConfigureOptions<HealthCheckServiceOptions>(static options =>
    {
        options.Registrations.Add(CheckOf<ConfigurationHealthCheck>("varai-configuration"));
        options.Registrations.Add(CheckOf<SecretHealthCheck>("varai-secrets"));
        options.Registrations.Add(CheckOf<FeatureFlagHealthCheck>("varai-feature-flags"));
    });

    public static bool IsRegistered(IServiceCollection services, bool withOptions)
    {
        if (!services.Any(s => s.ServiceType == typeof(VaraiSetup)))
            return false;
        return !withOptions
            ? true
            : throw new InvalidOperationException("AddVarai was called before on this host; give all options to the first call.");
    }

    public static VaraiBuilder Add(IServiceCollection services, VaraiSetup setup)
    {
        services.AddSingleton(setup);
        services.AddSingleton(setup.Engine);

        // The host reads its own options while it is built: the first moment there is a container, before options are validated
        // and before anybody can read a value between Build and Start.
        services.AddSingleton<IConfigureOptions<HostOptions>>(provider =>
        {
            setup.Engine.Attach(provider);
            if (setup.Engine.State is not null)
                provider.GetRequiredService<StateEnvironments>().ShowLastKnownGood();
            return new ConfigureOptions<HostOptions>(action: null);
        });
        services.TryAddSingleton(TimeProvider.System);
        AddState(services);
        AddSecrets(services);
        AddConfiguration(services, setup);
        AddFeatureFlags(services);
        services.AddVaraiMetrics();
        AddHealthChecks(services);
        services.TryAddSingleton<IVaraiEnvironment, VaraiEnvironment>();
        services.AddHostedService(provider => new VaraiStartup(services, setup, provider));
        return new VaraiBuilder(services);
    }

    /// <summary>The file for what this node last read from the state store; none for a store that writes nothing to disk.</summary>
    public static LastKnownGoodFile? KeptFile(IServiceProvider provider, string kind, ILogger logger)
    {
        if (provider.GetRequiredService<IStateStore>() is InMemoryStateStore)
            return null;
        VaraiSetup setup = provider.GetRequiredService<VaraiSetup>();
        string directory = setup.StateDirectory(provider.GetRequiredService<IOptions<StateOptions>>().Value);
        return LastKnownGoodFile.In(directory, setup.Engine.EnvironmentName, kind, logger);
    }

    private static void AddState(IServiceCollection services)
    {
        services.TryAddSingleton<IStateStore>(static provider =>
        {
            StateOptions options = provider.GetRequiredService<IOptions<StateOptions>>().Value;
            string directory = provider.GetRequiredService<VaraiSetup>().StateDirectory(options);
            return new SqliteStateStore(
                directory, options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SqliteStateStore>>());
        });

        // A store of a package has its settings below, such as Varai:State:PostgreSql.
        services.AddOptions<StateOptions>().Configure<IConfiguration, IEnumerable<VaraiSection>>(static (options, configuration, sections) =>
            new SectionWithout(configuration.GetSection(StateOptions.SectionName), KeysBelow("State:", sections))
                .Bind(options, o => o.ErrorOnUnknownConfiguration = true));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StateOptions>, StateOptionsValidator>());
        services.AddSingleton(VaraiSection.For<StateOptions>("State"));
    }

    private static HashSet<string> KeysBelow(string prefix, IEnumerable<VaraiSection> sections) =>
        sections.Where(s => s.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).Select(s => s.Name[prefix.Length..])
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static void AddSecrets(IServiceCollection services)
    {
        services.AddVaraiSecrets();
        services.AddSingleton(VaraiSection.For<SecretOptions>("Secrets"));
    }

    private static void AddConfiguration(IServiceCollection services, VaraiSetup setup)
    {
        services.TryAddSingleton(static provider => new ConfigurationHistory(
            provider.GetRequiredService<IStateStore>(),
            provider.GetRequiredService<ConfigurationEngine>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<HistoryRecorder>();
        services.TryAddSingleton<CandidateValidator>();
        services.TryAddSingleton<ComponentBinder>();
        services.TryAddSingleton<ConfigurationApplier>();
        services.TryAddSingleton<ChangeValidator>();
        services.TryAddSingleton<FileChanges>();
        services.TryAddSingleton<DocumentChanges>();
        services.TryAddSingleton<ConfigurationWriter>();
        services.TryAddSingleton<EnvironmentConfiguration>();
        services.TryAddSingleton<IEnvironmentConfiguration>(static provider => provider.GetRequiredService<EnvironmentConfiguration>());
        services.TryAddSingleton<IConfigurationDocuments>(static provider => provider.GetRequiredService<EnvironmentConfiguration>());
        services.AddSingleton(new VaraiSection("Configuration") { Check = static _ => { } }); // bound while the host was set up
        services.AddSingleton(new VaraiSection(nameof(VaraiOptions.Environment)));
        services.TryAddSingleton<ConfigurationReloader>();
        services.TryAddSingleton(static provider =>
        {
            var logger = provider.GetRequiredService<ILogger<StateEnvironments>>();
            return new StateEnvironments(
                provider.GetRequiredService<ConfigurationEngine>(),
                provider.GetRequiredService<VaraiSetup>().ContentRoot,
                () => KeptFile(provider, "environments", logger),
                provider,
                provider.GetRequiredService<TimeProvider>(),
                logger);
        });
        services.TryAddSingleton<EnvironmentTransfer>();
        services.TryAddSingleton<IEnvironmentTransfer>(static provider => provider.GetRequiredService<EnvironmentTransfer>());
        if (setup.Engine.State is not null)
            DeferredStartupValidator.Add(services);
    }

    private static void AddFeatureFlags(IServiceCollection services)
    {
        services.AddVaraiFeatureFlags();
        services.AddSingleton(VaraiSection.For<FeatureFlagOptions>("FeatureFlags"));
        services.TryAddSingleton(static provider => new HostFlagSections(
            provider.GetRequiredService<IConfiguration>(), static source => source is EnvironmentConfigurationProvider));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationRule, FeatureFlagRule>());
    }

    // Takes effect when the service calls AddHealthChecks, and costs nothing when it does not.
    private static void AddHealthChecks(IServiceCollection services)
    {
        services.TryAddSingleton<ConfigurationHealthCheck>();
        services.TryAddSingleton<SecretHealthCheck>();
        services.TryAddSingleton<FeatureFlagHealthCheck>();
        services.AddSingleton(HealthChecks);
    }

    private static HealthCheckRegistration CheckOf<TCheck>(string name)
        where TCheck : class, IHealthCheck =>
        new(name, static provider => provider.GetRequiredService<TCheck>(), failureStatus: null, tags: ["varai"]);
}
