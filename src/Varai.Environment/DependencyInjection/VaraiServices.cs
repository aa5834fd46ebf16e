using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.Configuration.History;
using Varai.Configuration.Validation;
using Varai.Configuration.Writing;
using Varai.FeatureFlags;
using Varai.Secrets;
using Varai.State;

namespace Varai.DependencyInjection;

/// <summary>Registers the default implementation of every area; what the service has registered itself stays.</summary>
internal static class VaraiServices
{
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
        services.TryAddSingleton(TimeProvider.System);
        AddState(services);
        AddSecrets(services);
        AddConfiguration(services, setup);
        AddFeatureFlags(services);
        services.TryAddSingleton<IVaraiEnvironment, VaraiEnvironment>();
        services.AddHostedService(provider => new VaraiStartup(services, setup, provider));
        return new VaraiBuilder(services);
    }

    private static void AddState(IServiceCollection services)
    {
        services.TryAddSingleton<IStateStore>(static provider =>
        {
            StateOptions options = provider.GetRequiredService<IOptions<StateOptions>>().Value;
            string directory = Path.Combine(provider.GetRequiredService<VaraiSetup>().ContentRoot, options.Directory);
            return new SqliteStateStore(
                directory, options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SqliteStateStore>>());
        });
        services.AddOptions<StateOptions>().BindConfiguration(StateOptions.SectionName, o => o.ErrorOnUnknownConfiguration = true);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StateOptions>, StateOptionsValidator>());
        services.AddSingleton(VaraiSection.For<StateOptions>("State"));
    }

    private static void AddSecrets(IServiceCollection services)
    {
        services.AddVaraiSecrets();
        services.AddSingleton(VaraiSection.For<SecretOptions>("Secrets"));
        AddHealthCheck<SecretHealthCheck>(services, "varai-secrets");
    }

    private static void AddConfiguration(IServiceCollection services, VaraiSetup setup)
    {
        services.TryAddSingleton(static provider => new ConfigurationHistory(
            provider.GetRequiredService<IStateStore>(),
            provider.GetRequiredService<ConfigurationEngine>().Options,
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<HistoryRecorder>();
        services.TryAddSingleton<CandidateValidator>();
        services.TryAddSingleton<ConfigurationApplier>();
        services.TryAddSingleton<ConfigurationWriter>();
        services.TryAddSingleton<IEnvironmentConfiguration, EnvironmentConfiguration>();
        services.AddSingleton(new VaraiSection("Configuration") { Check = static _ => { } }); // bound while the host was set up
        services.AddSingleton(new VaraiSection(nameof(VaraiOptions.Environment)));
        AddHealthCheck<ConfigurationHealthCheck>(services, "varai-configuration");
        services.TryAddSingleton<ConfigurationReloader>();
    }

    private static void AddFeatureFlags(IServiceCollection services)
    {
        services.AddVaraiFeatureFlags();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationRule, FeatureFlagRule>());
        AddHealthCheck<FeatureFlagHealthCheck>(services, "varai-feature-flags");
    }

    // Takes effect when the service calls AddHealthChecks, and costs nothing when it does not.
    private static void AddHealthCheck<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TCheck>(IServiceCollection services, string name)
        where TCheck : class, IHealthCheck
    {
        services.TryAddSingleton<TCheck>();
        services.Configure<HealthCheckServiceOptions>(options => options.Registrations.Add(new HealthCheckRegistration(
            name, static provider => provider.GetRequiredService<TCheck>(), failureStatus: null, tags: ["varai"])));
    }
}
