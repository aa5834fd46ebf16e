using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Varai.Configuration;
using Varai.State;
using Varai.Testing.Secrets;
using Varai.Tests.TestResources;

namespace Varai.Tests.Configuration.Sources;

/// <summary>Nodes that share a state store with their environments in it; each has a content root of its own.</summary>
internal sealed class StateNodes(Action<VaraiBuilder> useState) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder = new();
    private readonly List<IHost> _hosts = [];

    public FakeLogCollector Logs { get; } = new();

    public InMemorySecretProvider Secrets { get; } = new();

    public string Root => _folder.Root;

    /// <summary>The folder that the first start imports.</summary>
    public string Seed => _folder.File("seed");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
            await timer.WaitForNextTickAsync(patience.Token);
    }

    public static string? Value(IHost host, string key) => host.Services.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>()[key];

    public static IEnvironmentConfiguration Of(IHost host) => host.Services.GetRequiredService<IEnvironmentConfiguration>();

    public static IEnvironmentTransfer Transfer(IHost host) => host.Services.GetRequiredService<IEnvironmentTransfer>();

    public static Task<ConfigurationVersion> SetAsync(IHost host, string key, long value, string? environment = null) =>
        Of(host).UpdateAsync(new ConfigurationUpdate("ann", $"set {key}") { EnvironmentName = environment }.Set(key, value), Token);

    public static async Task<List<ConfigurationVersion>> VersionsAsync(IHost host, string? environment = null)
    {
        var versions = new List<ConfigurationVersion>();
        await foreach (ConfigurationVersion version in Of(host).GetHistoryAsync(environment, Token))
            versions.Insert(0, version);
        return versions;
    }

    /// <summary>The text of a document as it lies in the store.</summary>
    public static async Task<string?> TextAsync(IHost host, string document) =>
        await host.Services.GetRequiredService<IStateStore>().GetAsync("environments/files/" + document, Token) is { } found
            ? Encoding.UTF8.GetString(found.Content.Span)
            : null;

    public static async Task<HealthReportEntry> HealthAsync(IHost host, string check = "varai-configuration") =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Token)).Entries[check];

    public StateNodes Write(string file, string text)
    {
        _folder.Write(Path.Combine("seed", file), text);
        return this;
    }

    public string NodeRoot(string node) => _folder.File(node);

    public async Task<IHost> StartAsync(
        string node = "one", Action<VaraiBuilder>? configure = null, Action<VaraiOptions>? options = null, Action<HostApplicationBuilder>? before = null)
    {
        Directory.CreateDirectory(NodeRoot(node));
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = NodeRoot(node), EnvironmentName = "production" });
        builder.Logging.AddProvider(new FakeLoggerProvider(Logs)).SetMinimumLevel(LogLevel.Debug);
        builder.Services.AddHealthChecks();
        before?.Invoke(builder);
        VaraiBuilder varai = builder.AddVarai(o =>
        {
            o.UseStateEnvironments(Seed);
            o.Configuration.QuietPeriod = TimeSpan.FromMilliseconds(5);
            o.Configuration.StartTimeout = TimeSpan.FromSeconds(30);
            options?.Invoke(o);
        });
        useState(varai);
        varai.AddSecretProvider(Secrets);
        configure?.Invoke(varai);
        IHost host = builder.Build();
        _hosts.Add(host);
        await host.StartAsync(Token);
        return host;
    }

    public async Task StopAsync(IHost host)
    {
        _hosts.Remove(host);
        await StopOneAsync(host);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IHost host in _hosts)
            await StopOneAsync(host);
        _folder.Dispose();
    }

    private static async Task StopOneAsync(IHost host)
    {
        await host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)host).DisposeAsync();
    }
}
