using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.Tests.TestResources;

namespace Varai.Tests.Hosting;

public sealed class AddVaraiTests
{
    private const string Document = """
        {
          "api_config": { "timeout": "00:00:05", "key": "${secret:api-key}" },
          "feature_flags": { "gift_cards": true }
        }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddVarai_HostApplicationBuilder_GivesConfigurationSecretsAndFlags()
    {
        await using VaraiHost host = new VaraiHost().Write("production.json", Document).WriteSecret("api-key", "k-1");
        host.Builder.AddVarai().AddComponent<ApiConfig>("api_config");
        await host.App.StartAsync(Token);

        await CheckAsync(host.App.Services);
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task AddVarai_AnotherHostApplicationBuilder_DoesTheSame()
    {
        await using VaraiHost host = new VaraiHost().Write("production.json", Document).WriteSecret("api-key", "k-1");
        IHostApplicationBuilder web = new WebLikeBuilder(host.Builder);
        web.AddVarai().AddComponent<ApiConfig>("api_config");
        await host.App.StartAsync(Token);

        await CheckAsync(host.App.Services);
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task AddVarai_HostBuilder_DoesTheSame()
    {
        using var folder = new TemporaryFolder();
        using IHost app = CreateHostBuilder(folder).AddVarai(varai => varai.AddComponent<ApiConfig>("api_config")).Build();
        await app.StartAsync(Token);

        await CheckAsync(app.Services);
        await app.StopAsync(Token);
    }

    [Fact]
    public async Task AddVarai_TwiceOnAHostApplicationBuilder_AddsNothingTheSecondTime()
    {
        await using VaraiHost host = new VaraiHost().Write("production.json", Document).WriteSecret("api-key", "k-1");
        host.Builder.AddVarai(options => options.Configuration.Watch = false);
        ServiceDescriptor[] services = [.. host.Builder.Services];
        IConfigurationSource[] sources = [.. host.Builder.Configuration.Sources];

        VaraiBuilder again = host.Builder.AddVarai();

        Assert.Equal(services, host.Builder.Services);
        Assert.Equal(sources, host.Builder.Configuration.Sources);
        Assert.Same(host.Builder.Services, again.Services);
        OneOfEachHostedService(host.App);
    }

    [Fact]
    public async Task AddVarai_TwiceOnAHostBuilder_AddsNothingTheSecondTime()
    {
        using var folder = new TemporaryFolder();
        using IHost app = CreateHostBuilder(folder)
            .AddVarai(configure: options => options.Configuration.Watch = false)
            .AddVarai(varai => varai.AddComponent<ApiConfig>("api_config"))
            .Build();
        await app.StartAsync(Token);

        await CheckAsync(app.Services);
        OneOfEachHostedService(app);
        var root = (IConfigurationRoot)app.Services.GetRequiredService<IConfiguration>();
        Assert.Single(root.Providers.OfType<EnvironmentConfigurationProvider>());
        await app.StopAsync(Token);
    }

    [Fact]
    public async Task AddVarai_TwiceWithOptions_ThrowsAndSaysWhatToDo()
    {
        await using var host = new VaraiHost();
        host.Builder.AddVarai();

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => host.Builder.AddVarai(o => o.Environment = "staging"));

        Assert.Equal("AddVarai was called before on this host; give all options to the first call.", error.Message);
    }

    [Fact]
    public void AddVarai_TwiceWithOptionsOnAHostBuilder_Throws()
    {
        using var folder = new TemporaryFolder();
        IHostBuilder builder = CreateHostBuilder(folder).AddVarai().AddVarai(configure: o => o.Environment = "staging");

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(builder.Build);

        Assert.Equal("AddVarai was called before on this host; give all options to the first call.", error.Message);
    }

    [Fact]
    public void AddVarai_AHostBuilderWhoseConfigurationIsLive_LeavesItAlive()
    {
        // WebApplicationBuilder.Host hands out its ConfigurationManager, whose Build returns itself.
        using var folder = new TemporaryFolder();
        using var live = new ConfigurationManager();
        live.AddInMemoryCollection([new("Varai:Environment", "production")]);
        var builder = new LiveHostBuilder(live, folder.Root);

        builder.AddVarai();

        bool reloaded = false;
        using IDisposable registration = live.GetReloadToken().RegisterChangeCallback(_ => reloaded = true, null);
        ((IConfigurationRoot)live).Reload();
        Assert.True(reloaded);
    }

    [Fact]
    public async Task AddVarai_NothingConfigured_TouchesNothing()
    {
        var time = new CountingTimeProvider();
        await using var host = new VaraiHost();
        host.Builder.Services.AddSingleton<TimeProvider>(time);
        int providers = 0;
        host.Builder.AddVarai().AddSecretProvider(_ =>
        {
            providers++;
            return new Testing.Secrets.InMemorySecretProvider();
        });

        await host.App.StartAsync(Token);
        await host.App.StopAsync(Token);

        Assert.Empty(Directory.EnumerateFileSystemEntries(host.Folder.Root));
        Assert.Equal((0, 0), (time.Timers, providers));
        Assert.DoesNotContain(((IConfigurationRoot)host.Configuration).Providers, p => p is EnvironmentConfigurationProvider);
    }

    [Fact]
    public async Task AddVarai_NothingConfigured_EveryCallStillAnswers()
    {
        await using var host = new VaraiHost();
        host.Builder.AddVarai();
        await host.App.StartAsync(Token);

        Assert.Equal("production", host.Varai.Name);
        Assert.Empty(host.Varai.Configuration.Current.Root.Members);
        Assert.False(host.Varai.IsFeatureEnabled("anything"));
        Assert.Null(await host.Varai.Configuration.GetCurrentVersionAsync(Token));
        await Assert.ThrowsAsync<Varai.Secrets.SecretNotFoundException>(async () => await host.Varai.GetSecretAsync("no-such-secret", Token));
        Assert.Throws<ConfigurationException>(() => host.Varai.GetConfiguration<ApiConfig>("api_config"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(host.Folder.Root));
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task AddVarai_AHostThatIsNeverStarted_ReadsEverything()
    {
        await using VaraiHost host = new VaraiHost().Write("production.json", Document).WriteSecret("api-key", "k-1");
        host.Builder.AddVarai().AddComponent<ApiConfig>("api_config");

        await CheckAsync(host.App.Services);
        Assert.False(Directory.Exists(host.Folder.File(".varai")));
    }

    [Fact]
    public async Task AddVarai_AHostThatIsNeverStarted_BindsOptionsWithSecretsFirst()
    {
        await using VaraiHost host = new VaraiHost().Write("production.json", Document).WriteSecret("api-key", "k-1");
        host.Builder.AddVarai().AddComponent<ApiConfig>("api_config");

        Assert.Equal("k-1", host.App.Services.GetRequiredService<IOptions<ApiConfig>>().Value.Key);
    }

    [Fact]
    public async Task AddVarai_AProviderWithoutAHost_ReadsEverythingAndIsDisposedSynchronously()
    {
        await using VaraiHost host = new VaraiHost().Write("production.json", Document).WriteSecret("api-key", "k-1");
        host.Builder.AddVarai().AddComponent<ApiConfig>("api_config");
        using ServiceProvider services = host.Builder.Services.BuildServiceProvider();

        await CheckAsync(services);
        Assert.NotNull(await services.GetRequiredService<IVaraiEnvironment>().Configuration.GetCurrentVersionAsync(Token));
    }

    [Fact]
    public async Task AddVarai_BeforeTheHostIsBuilt_ValuesAreThereAndSecretsAreRefusedClearly()
    {
        await using VaraiHost host = new VaraiHost().Write("production.json", Document);
        host.Builder.AddVarai();

        Assert.Equal("00:00:05", host.Builder.Configuration["api_config:timeout"]);
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => host.Builder.Configuration["api_config:key"]);
        Assert.Contains("config/environments/production.json:2:", error.Message, StringComparison.Ordinal);
        Assert.Contains("once the host is built", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddVarai_AFlagStoreRegisteredAfterwards_IsWaitedForAtStart()
    {
        await using var host = new VaraiHost();
        var gate = new TaskCompletionSource();
        using var store = new Testing.FeatureFlags.InMemoryFeatureFlagStore(new Varai.FeatureFlags.FeatureFlagDefinition("late", true)) { Gate = gate.Task };
        host.Builder.AddVarai();
        host.Builder.Services.AddSingleton<Varai.FeatureFlags.IFeatureFlagStore>(store);

        Task starting = host.App.StartAsync(Token);
        Assert.False(starting.IsCompleted);
        gate.SetResult();
        await starting;

        Assert.True(host.Varai.IsFeatureEnabled("late"));
        await host.App.StopAsync(Token);
    }

    private static IHostBuilder CreateHostBuilder(TemporaryFolder folder)
    {
        folder.Write("config/environments/production.json", Document);
        folder.Write("config/secrets/api-key", "k-1");
        return Host.CreateDefaultBuilder()
            .UseContentRoot(folder.Root)
            .UseEnvironment(Environments.Production)
            .ConfigureLogging(logging => logging.ClearProviders());
    }

    private static async Task CheckAsync(IServiceProvider services)
    {
        var varai = services.GetRequiredService<IVaraiEnvironment>();
        Assert.Equal(("production", true), (varai.Name, varai.Is("Production")));
        Assert.Equal(TimeSpan.FromSeconds(5), varai.GetConfiguration<ApiConfig>("api_config").Timeout);
        Assert.Equal("k-1", varai.GetConfiguration<ApiConfig>("api_config").Key);
        Assert.Equal("k-1", services.GetRequiredService<IOptions<ApiConfig>>().Value.Key);
        Assert.Equal("k-1", services.GetRequiredService<IConfiguration>()["api_config:key"]);
        Assert.Equal("k-1", varai.GetSecret("api-key"));
        Assert.Equal("k-1", await varai.GetSecretAsync("api-key", Token));
        Assert.True(varai.IsFeatureEnabled("gift_cards"));
    }

    private static void OneOfEachHostedService(IHost app)
    {
        Type[] ours = [.. app.Services.GetServices<IHostedService>().Select(s => s.GetType()).Where(t => t.Assembly == typeof(VaraiOptions).Assembly)];
        Assert.NotEmpty(ours);
        Assert.Equal(ours.Distinct(), ours);
    }

    internal sealed class ApiConfig
    {
        public TimeSpan Timeout { get; init; }

        public string Key { get; init; } = "";
    }

    private sealed class CountingTimeProvider : TimeProvider
    {
        private int _timers;

        public int Timers => _timers;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    /// <summary>Another implementation of the interface, as WebApplicationBuilder is.</summary>
    private sealed class WebLikeBuilder(IHostApplicationBuilder inner) : IHostApplicationBuilder
    {
        public IDictionary<object, object> Properties => inner.Properties;

        public IConfigurationManager Configuration => inner.Configuration;

        public IHostEnvironment Environment => inner.Environment;

        public ILoggingBuilder Logging => inner.Logging;

        public IMetricsBuilder Metrics => inner.Metrics;

        public IServiceCollection Services => inner.Services;

        public void ConfigureContainer<TContainerBuilder>(
            IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
            where TContainerBuilder : notnull => inner.ConfigureContainer(factory, configure);
    }

    /// <summary>Runs each callback at once, as <c>WebApplicationBuilder.Host</c> does.</summary>
    private sealed class LiveHostBuilder(ConfigurationManager configuration, string contentRoot) : IHostBuilder
    {
        private readonly HostBuilderContext _context = new(new Dictionary<object, object>())
        {
            Configuration = configuration,
            HostingEnvironment = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = contentRoot }).Environment,
        };

        public IDictionary<object, object> Properties => _context.Properties;

        public IHost Build() => throw new NotSupportedException();

        public IHostBuilder ConfigureAppConfiguration(Action<HostBuilderContext, IConfigurationBuilder> configureDelegate)
        {
            configureDelegate(_context, configuration);
            return this;
        }

        public IHostBuilder ConfigureContainer<TContainerBuilder>(Action<HostBuilderContext, TContainerBuilder> configureDelegate) => this;

        public IHostBuilder ConfigureHostConfiguration(Action<IConfigurationBuilder> configureDelegate) => this;

        public IHostBuilder ConfigureServices(Action<HostBuilderContext, IServiceCollection> configureDelegate)
        {
            configureDelegate(_context, new ServiceCollection());
            return this;
        }

        public IHostBuilder UseServiceProviderFactory<TContainerBuilder>(IServiceProviderFactory<TContainerBuilder> factory)
            where TContainerBuilder : notnull => this;

        public IHostBuilder UseServiceProviderFactory<TContainerBuilder>(
            Func<HostBuilderContext, IServiceProviderFactory<TContainerBuilder>> factory)
            where TContainerBuilder : notnull => this;
    }
}
