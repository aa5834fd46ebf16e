using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Varai.State;
using Varai.Testing.Secrets;
using Varai.Tests.TestResources;

namespace Varai.Tests.Configuration.History;

/// <summary>One folder of configuration and one state store, for several hosts at once or one after the other.</summary>
internal sealed class HistoryFolder : IAsyncDisposable
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(10);
    private readonly TemporaryFolder _folder = new();
    private readonly List<HistoryHost> _hosts = [];
    private readonly InMemoryStateStore _memory = new(new StateOptions(), TimeProvider.System);

    public HistoryFolder() => Store = new ObservedStateStore(_memory);

    /// <summary>The store all hosts share, unless <see cref="UsesSqlite"/>.</summary>
    public ObservedStateStore Store { get; }

    /// <summary>Whether the hosts keep state where they do by default, below the content root.</summary>
    public bool UsesSqlite { get; init; }

    public InMemorySecretProvider Secrets { get; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public string ContentRoot => _folder.Root;

    public string StateFolder => _folder.File(".varai");

    public string EnvironmentsFolder => _folder.File(System.IO.Path.Combine("config", "environments"));

    public string Path(string file) => System.IO.Path.Combine(EnvironmentsFolder, file);

    public string Write(string file, string text) => _folder.Write(System.IO.Path.Combine("config", "environments", file), text);

    public string Read(string file) => File.ReadAllText(Path(file));

    /// <summary>Starts a host that does not follow the files, so that nothing happens beside the calls of the test.</summary>
    public Task<HistoryHost> StartAsync(string environment = "production", Action<VaraiBuilder>? configure = null) =>
        StartAsync(environment, configure, options => options.Configuration.Watch = false);

    /// <summary>Starts a host that follows the files.</summary>
    public Task<HistoryHost> StartWatchingAsync(Action<VaraiBuilder>? configure = null) =>
        StartAsync("production", configure, options => options.Configuration.PollInterval = TimeSpan.FromMilliseconds(50));

    public async Task<HistoryHost> StartAsync(string environment, Action<VaraiBuilder>? configure, Action<VaraiOptions> set)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = ContentRoot, EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(Time);
        builder.Services.AddHealthChecks();
        VaraiBuilder varai = builder.AddVarai(options =>
        {
            options.Configuration.QuietPeriod = Quiet;
            options.Configuration.FileAuthor = "somebody";
            set(options);
        });
        varai.AddSecretProvider(Secrets);
        if (!UsesSqlite)
            varai.UseStateStore(_ => Store);
        configure?.Invoke(varai);
        var host = new HistoryHost(builder.Build());
        _hosts.Add(host);
        await host.StartAsync();
        return host;
    }

    /// <summary>Goes at the state file behind the store's back.</summary>
    public SqliteConnection OpenRaw()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = System.IO.Path.Combine(StateFolder, "state.db"),
            Pooling = false,
        }.ToString());
        connection.Open();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HistoryHost host in _hosts)
            await host.DisposeAsync();
        _folder.Dispose();
    }
}
