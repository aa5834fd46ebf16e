using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;

namespace Varai.Tests.Configuration.Reload;

/// <summary>What readers hold on to: options, and bound instances.</summary>
public sealed class OptionsAndGetTests : IAsyncDisposable
{
    private readonly ConfigurationHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Options_Change_MonitorAndSnapshotFollowAndIOptionsStays()
    {
        _host.Write("production.json", """{ "a": { "value": 1 } }""");
        await _host.StartAsync(varai => varai.AddComponent<Pair>("a"));
        IOptions<Pair> options = _host.Services.GetRequiredService<IOptions<Pair>>();
        IOptionsMonitor<Pair> monitor = _host.Services.GetRequiredService<IOptionsMonitor<Pair>>();
        Assert.Equal((1, 1, 1), (options.Value.Value, monitor.CurrentValue.Value, Snapshot()));
        var seen = new List<int>();
        using IDisposable? registration = monitor.OnChange(pair => seen.Add(pair.Value));

        await _host.ChangeAsync(() => _host.Write("production.json", """{ "a": { "value": 2 } }"""));

        Assert.Equal((1, 2, 2), (options.Value.Value, monitor.CurrentValue.Value, Snapshot()));
        Assert.Equal([2], seen);

        int Snapshot()
        {
            using IServiceScope scope = _host.Services.CreateScope();
            return scope.ServiceProvider.GetRequiredService<IOptionsSnapshot<Pair>>().Value.Value;
        }
    }

    [Fact]
    public async Task Get_SameComponent_IsOneInstanceUntilAChange()
    {
        _host.Write("production.json", """{ "a": { "value": 1 }, "b": { "value": 5 } }""");
        await _host.StartAsync();
        IEnvironmentConfiguration configuration = _host.Configuration;
        Pair first = configuration.Get<Pair>("a");

        Assert.Same(first, configuration.Get<Pair>("a"));
        Assert.Same(first, configuration.Get<Pair>(new string("a")));
        Assert.NotSame(first, configuration.Get<Pair>("b"));
        Assert.Same(first, configuration.Get<Pair>("a"));
        Assert.Equal(5, configuration.Get<Pair>("b").Value);
        Assert.Equal(1, configuration.Get<int>("a:value"));
        Assert.Equal("1", configuration.Get<Dictionary<string, string>>("a")["value"]);

        await _host.ChangeAsync(() => _host.Write("production.json", """{ "a": { "value": 2 }, "b": { "value": 5 } }"""));

        Assert.NotSame(first, configuration.Get<Pair>("a"));
        Assert.Equal((1, 2, 2), (first.Value, configuration.Get<Pair>("a").Value, configuration.Get<int>("a:value")));
    }

    [Fact]
    public async Task Get_Warm_AllocatesNothing()
    {
        _host.Write("production.json", """{ "a": { "value": 1 } }""");
        await _host.StartAsync();
        IEnvironmentConfiguration configuration = _host.Configuration;
        int sum = configuration.Get<Pair>("a").Value + configuration.Get<Pair>("a").Value;

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            sum += configuration.Get<Pair>("a").Value;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal((1002, 0L), (sum, allocated));
    }

    [Fact]
    public async Task Get_OverridingSourceChanges_IsBoundAgain()
    {
        var memory = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { ["a:value"] = "7" };
        _host.Write("production.json", """{ "a": { "value": 1, "other": 1 } }""");
        HostSource source = new(memory);
        _host.Before(builder => builder.Configuration.Sources.Add(source));
        await _host.StartAsync();
        Assert.Equal((7, 1), Read());

        source.Provider!.Change("a:value", "8");

        Assert.Equal((8, 1), Read());

        (int, int) Read() => (_host.Configuration.Get<Pair>("a").Value, _host.Configuration.Get<Pair>("a").Other);
    }

    [Fact]
    public async Task Get_MissingComponent_NamesTheOthersAndTheNearest()
    {
        _host.Write("base.json", """{ "api_config": {}, "database": { "x": 1 } }""");
        await _host.StartAsync();

        ConfigurationException error = Assert.Throws<ConfigurationException>(() => _host.Configuration.Get<Pair>("databse"));
        Assert.Equal(
            "There is no component 'databse' in the environment 'production'.\n  config/environments/base.json:1:1: databse: "
            + "The components are api_config, database. Did you mean 'database'?",
            error.Message);
        Assert.Throws<ArgumentNullException>(() => _host.Configuration.Get<Pair>(null!));
    }

    [Fact]
    public async Task Get_NoFilesAtAll_ReadsTheHostsSources()
    {
        _host.Arguments = ["--a:value=3"];
        await _host.StartAsync();

        Assert.Equal(3, _host.Configuration.Get<Pair>("a").Value);
        Assert.EndsWith("There are no components.", Assert.Throws<ConfigurationException>(() => _host.Configuration.Get<Pair>("b")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_ValueThatCannotBeConverted_SaysWhere()
    {
        _host.Write("production.yaml", "a:\n  VALUE: many\n");
        await _host.StartAsync();

        Assert.Equal(
            "'a' can't be bound to Varai.Tests.Configuration.Reload.OptionsAndGetTests+Pair:\n  config/environments/production.yaml:2:10: a:VALUE: "
            + "The value can't be read as System.Int32. (found string \"many\")",
            Assert.Throws<ConfigurationException>(() => _host.Configuration.Get<Pair>("a")).Message);
    }

    [Fact]
    public async Task Set_ThroughIConfiguration_IsRefusedForTheDocumentsKeysAlone()
    {
        _host.Before(builder => builder.Configuration.AddInMemoryCollection());
        _host.Write("production.json", """{ "a": { "value": 1 } }""");
        await _host.StartAsync();

        // As the web host does for UseUrls.
        _host.Root["urls"] = "http://localhost:1";
        Assert.Equal("http://localhost:1", _host.Root["urls"]);
        Assert.Throws<NotSupportedException>(() => _host.Root["A:Value"] = "2");
        Assert.Throws<NotSupportedException>(() => _host.Root["a"] = "2");
    }

    public sealed class Pair
    {
        public int Value { get; set; }

        public int Other { get; set; }
    }

    private sealed class HostSource(Dictionary<string, string?> values) : IConfigurationSource
    {
        public ChangingProvider? Provider { get; private set; }

        public IConfigurationProvider Build(IConfigurationBuilder builder) => Provider ??= new ChangingProvider(values);
    }

    private sealed class ChangingProvider : ConfigurationProvider
    {
        public ChangingProvider(Dictionary<string, string?> values) => Data = values;

        public void Change(string key, string value)
        {
            Data[key] = value;
            OnReload();
        }
    }
}
