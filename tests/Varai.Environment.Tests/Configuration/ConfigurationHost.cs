using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;
using Varai.Testing.Secrets;
using Varai.Tests.TestResources;

namespace Varai.Tests.Configuration;

/// <summary>A service with a content root of its own: files are written below <c>config/environments</c>, then it is started.</summary>
/// <remarks>Without <see cref="WithDefaults"/> the host has no sources but the arguments, so nothing of the machine shows.</remarks>
internal sealed class ConfigurationHost : IAsyncDisposable
{
    /// <summary>How long a test waits for what must happen, on a machine that has other things to do.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly List<Action<HostApplicationBuilder>> _before = [];
    private IHost? _host;

    public string Environment { get; set; } = "production";

    public string[] Arguments { get; set; } = [];

    /// <summary>Whether the host has the sources that a service usually has: appsettings, environment variables.</summary>
    public bool WithDefaults { get; set; }

    /// <summary>Whether state is kept in SQLite below the content root, as it is by default, instead of in memory.</summary>
    public bool KeepsState { get; set; }

    public InMemorySecretProvider Secrets { get; } = new();

    public FakeLogCollector Logs { get; } = new();

    public string ContentRoot => _folder.Root;

    public string EnvironmentsFolder => _folder.File(System.IO.Path.Combine("config", "environments"));

    public IServiceProvider Services => Started.Services;

    public IEnvironmentConfiguration Configuration => Services.GetRequiredService<IEnvironmentConfiguration>();

    public IConfigurationRoot Root => (IConfigurationRoot)Services.GetRequiredService<IConfiguration>();

    private IHost Started => _host ?? throw new InvalidOperationException("The host is not started.");

    /// <summary>The full path of a file in the folder of the environments.</summary>
    public string Path(string file) => System.IO.Path.Combine(EnvironmentsFolder, file);

    /// <summary>Writes a file in the folder of the environments, as <see cref="File.WriteAllText(string, string?)"/> does.</summary>
    public string Write(string file, string text) => _folder.Write(System.IO.Path.Combine("config", "environments", file), text);

    /// <summary>Writes a file below the content root.</summary>
    public string WriteRoot(string file, string text) => _folder.Write(file, text);

    /// <summary>Does something with the builder before <c>AddVarai</c>.</summary>
    public ConfigurationHost Before(Action<HostApplicationBuilder> action)
    {
        _before.Add(action);
        return this;
    }

    /// <summary>Sets up a host; <paramref name="configure"/> extends what <c>AddVarai</c> returned.</summary>
    public HostApplicationBuilder CreateBuilder(
        Action<VaraiBuilder>? configure = null, Action<VaraiOptions>? options = null)
    {
        var settings = new HostApplicationBuilderSettings
        {
            ContentRootPath = ContentRoot,
            EnvironmentName = Environment,
            Args = Arguments,
            DisableDefaults = !WithDefaults,
        };
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(settings);
        if (!WithDefaults)
            builder.Configuration.AddCommandLine(Arguments);
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new FakeLoggerProvider(Logs)).SetMinimumLevel(LogLevel.Debug);
        foreach (Action<HostApplicationBuilder> action in _before)
            action(builder);
        VaraiBuilder varai = builder.AddVarai(options);
        varai.AddSecretProvider(Secrets);
        if (!KeepsState)
            varai.UseInMemoryState();
        configure?.Invoke(varai);
        return builder;
    }

    /// <summary>Sets up and starts the host.</summary>
    public async Task<ConfigurationHost> StartAsync(Action<VaraiBuilder>? configure = null, Action<VaraiOptions>? options = null)
    {
        _host = CreateBuilder(configure, options).Build();
        await _host.StartAsync(TestContext.Current.CancellationToken);
        return this;
    }

    /// <summary>Does something and waits until readers have been told of a change.</summary>
    public async Task ChangeAsync(Action edit)
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable registration = ChangeToken.OnChange(Configuration.GetChangeToken, () => changed.TrySetResult());
        edit();
        await changed.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for something that no token tells of.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
            await timer.WaitForNextTickAsync(patience.Token);
    }

    /// <summary>Stops the host, so that another can be started on the same files.</summary>
    public async Task StopAsync()
    {
        if (_host is null)
            return;
        await _host.StopAsync(CancellationToken.None);
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        _host = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }
}
