using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Varai;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.Monitoring;
using Varai.Secrets;
using Varai.State;

namespace Contoso.Extensions;

/// <summary>Each default gives way to a class written here, whether it was registered before <c>AddVarai</c> or after.</summary>
public sealed class ReplacementTests
{
    private static readonly Dictionary<Type, (Type Own, Action<IServiceCollection> Register)> Defaults = new()
    {
        [typeof(IStateStore)] = (typeof(DictionaryStateStore), s => s.AddSingleton<IStateStore>(new DictionaryStateStore())),
        [typeof(ISecretStore)] = (typeof(OwnSecrets), s => s.AddSingleton<ISecretStore, OwnSecrets>()),
        [typeof(IFeatureFlagStore)] = (typeof(FlagSheet), s => s.AddSingleton<IFeatureFlagStore, FlagSheet>()),
        [typeof(IFeatureFlags)] = (typeof(OwnFlags), s => s.AddSingleton<IFeatureFlags, OwnFlags>()),
        [typeof(IEnvironmentConfiguration)] = (typeof(OwnConfiguration), s => s.AddSingleton<IEnvironmentConfiguration, OwnConfiguration>()),
        [typeof(IMetrics)] = (typeof(OwnMetrics), s => s.AddSingleton<IMetrics, OwnMetrics>()),
        [typeof(IVaraiEnvironment)] = (typeof(OwnEnvironment), s => s.AddSingleton<IVaraiEnvironment, OwnEnvironment>()),
        [typeof(TimeProvider)] = (typeof(FakeTimeProvider), s => s.AddSingleton<TimeProvider>(new FakeTimeProvider())),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Cases
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (Type service in Defaults.Keys)
            {
                data.Add(service.Name, true);
                data.Add(service.Name, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task AddVarai_ADefaultRegisteredByTheService_GivesWay(string name, bool before)
    {
        (Type service, (Type own, Action<IServiceCollection> register)) = Defaults.Single(d => d.Key.Name == name);
        await using ContosoHost contoso = new ContosoHost().Write("production.json", """{ "orders": { "minimum": 5 } }""");
        if (before)
            register(contoso.Builder.Services);
        contoso.Builder.AddVarai();
        if (!before)
            register(contoso.Builder.Services);

        // Started and stopped, so that everything which depends on the replaced service meets it.
        await contoso.Host.StartAsync(Token);
        Assert.IsType(own, contoso.Host.Services.GetRequiredService(service));
        Assert.NotNull(contoso.Varai.Configuration);
        await contoso.Host.StopAsync(Token);
    }

    [Fact]
    public async Task AddVarai_AllDefaultsReplaced_TheFrontDoorServesThem()
    {
        await using var contoso = new ContosoHost();
        foreach ((Type _, Action<IServiceCollection> register) in Defaults.Values)
            register(contoso.Builder.Services);
        contoso.Builder.AddVarai();
        await contoso.Host.StartAsync(Token);

        await contoso.Varai.SetSecretAsync("k", "v", Token);

        Assert.Equal("own contoso", contoso.Varai.Name);
        Assert.Equal("v", contoso.Varai.GetSecret("k"));
        Assert.True(contoso.Varai.IsFeatureEnabled("contoso"));
        await contoso.Host.StopAsync(Token);
    }

    [Fact]
    public async Task AddVarai_OwnSecretStore_TheHealthCheckDoesNotMakeTheDefaultOne()
    {
        await using var contoso = new ContosoHost();
        contoso.Builder.Services.AddSingleton<ISecretStore, OwnSecrets>();
        contoso.Builder.Services.AddHealthChecks();
        // The default store would ask for its providers.
        contoso.Builder.AddVarai().AddSecretProvider(_ => throw new InvalidOperationException("The default store was made."));

        HealthReport report = await contoso.Host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token);

        Assert.Equal(HealthStatus.Healthy, report.Entries["varai-secrets"].Status);
    }

    [Fact]
    public async Task AddVarai_OwnConfiguration_FeedsTheFeatureFlags()
    {
        await using var contoso = new ContosoHost();
        contoso.Builder.Services.AddSingleton<IEnvironmentConfiguration, OwnConfiguration>();
        contoso.Builder.AddVarai();

        Assert.True(contoso.Varai.IsFeatureEnabled("own_flag"));
        Assert.Equal("contoso", contoso.Varai.Name);
        Assert.Equal("", contoso.Varai.GetConfiguration<ContosoOptions>("anything").Region);
    }
}
