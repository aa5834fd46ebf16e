using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Stores;
using Varai.Secrets;
using Varai.Testing.FeatureFlags;
using Varai.Testing.Secrets;

namespace Varai.Tests.FeatureFlags;

public sealed class FeatureFlagServicesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UseFeatureFlagStore_host_waits_for_a_store_that_takes_time()
    {
        var gate = new TaskCompletionSource();
        using var store = new InMemoryFeatureFlagStore(new FeatureFlagDefinition("a", true)) { Gate = gate.Task };
        using IHost host = Build(builder => builder.UseFeatureFlagStore(_ => store));

        Task starting = host.StartAsync(Cancellation);
        Assert.False(starting.IsCompleted);
        gate.SetResult();
        await starting;

        Assert.True(host.Services.GetRequiredService<IFeatureFlags>().IsFeatureEnabled("a"));
    }

    [Fact]
    public async Task UseFeatureFlagStore_that_is_down_stops_the_start()
    {
        using var store = new InMemoryFeatureFlagStore { Failure = () => new VaraiException("The store is away.") };
        using IHost host = Build(builder => builder.UseFeatureFlagStore(_ => store));
        var error = await Assert.ThrowsAsync<VaraiException>(() => host.StartAsync(Cancellation));
        Assert.Equal("The store is away.", error.Message);
    }

    [Fact]
    public void UseFeatureFlagStore_last_call_wins_and_the_default_reads_the_configuration()
    {
        using IHost host = Build(_ => { });
        Assert.IsType<ConfigurationFeatureFlagStore>(host.Services.GetRequiredService<IFeatureFlagStore>());
        Assert.True(host.Services.GetRequiredService<IFeatureFlags>().IsFeatureEnabled("from_configuration"));

        using IHost other = Build(builder => builder.UseFeatureFlagStore(_ => new InMemoryFeatureFlagStore()).UseFeatureFlagStore<TypedStore>());
        Assert.IsType<TypedStore>(other.Services.GetRequiredService<IFeatureFlagStore>());
    }

    [Fact]
    public async Task IVaraiEnvironment_reaches_every_area()
    {
        var memory = new InMemorySecretProvider();
        memory.Set("API_KEY", "value");
        using IHost host = Build(builder => builder.Services.AddSingleton<ISecretStore>(new Varai.Tests.Secrets.SecretStoreHarness(memory).Store));
        var varai = host.Services.GetRequiredService<IVaraiEnvironment>();

        Assert.Equal("staging", varai.Name);
        Assert.True(varai.Is("Staging"));
        Assert.False(varai.Is("production"));
        Assert.Equal(3, varai.GetConfiguration<int>("api:retries"));
        Assert.Equal("value", await varai.GetSecretAsync("API_KEY", Cancellation));
        Assert.Equal("2", await varai.SetSecretAsync("API_KEY", "new", Cancellation));
        Assert.Equal("new", varai.GetSecret("API_KEY"));
        Assert.True(varai.IsFeatureEnabled("from_configuration"));
        Assert.Equal(0.1, varai.GetFeatureParameters("from_configuration").Get("sampling_rate", 0.1));
        Assert.Same(host.Services.GetRequiredService<IFeatureFlags>(), varai.FeatureFlags);
        Assert.Same(host.Services.GetRequiredService<ISecretStore>(), varai.Secrets);
        Assert.Same(host.Services.GetRequiredService<IEnvironmentConfiguration>(), varai.Configuration);
    }

    [Fact]
    public void IVaraiEnvironment_area_that_is_not_used_is_not_made()
    {
        using IHost host = Build(builder => builder.Services.AddSingleton<ISecretStore>(_ => throw new InvalidOperationException("made")));
        Assert.True(host.Services.GetRequiredService<IVaraiEnvironment>().IsFeatureEnabled("from_configuration"));
    }

    private static IHost Build(Action<VaraiBuilder> configure)
    {
        HostApplicationBuilder host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        host.Services.AddSingleton(ScriptedConfiguration.Create("""{ "feature_flags": { "from_configuration": true }, "api": { "retries": 3 } }""").Configuration);
        host.AddVarai();
        configure(host.AddVarai());
        return host.Build();
    }

    private sealed class TypedStore : IFeatureFlagStore
    {
        public ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken) => new(FeatureFlagSet.Empty);

        public Microsoft.Extensions.Primitives.IChangeToken GetChangeToken() =>
            new Microsoft.Extensions.Primitives.CancellationChangeToken(CancellationToken.None);
    }
}
