using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;
using Varai.Tests.TestResources;

namespace Varai.Tests.Configuration.Reload;

/// <summary>Real files, written as editors, deployments and Kubernetes write them.</summary>
public sealed class HotReloadTests : IAsyncDisposable
{
    private readonly ConfigurationHost _host = new();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    public static TheoryData<string> WaysToSave() =>
        ["overwrite", "truncate and write", "write in pieces", "rename over", "delete and create", "rename away and write"];

    [Theory]
    [MemberData(nameof(WaysToSave))]
    public async Task Save_AnyWayAnEditorSaves_ReachesReadersWhole(string way)
    {
        _host.Write("base.json", Document(1));
        _host.Write("production.json", """{ "other": {} }""");
        await _host.StartAsync();
        var values = new List<string?>();
        using IDisposable registration = ChangeToken.OnChange(
            _host.Configuration.GetChangeToken, () => values.Add($"{_host.Root["a:left"]} {_host.Root["a:right"]}"));

        for (int version = 2; version <= 4; version++)
            await _host.ChangeAsync(() => Save(way, _host.Path("base.json"), Document(version)));

        Assert.Equal(["2 2", "3 3", "4 4"], values);
        Assert.True(_host.Configuration.Status.IsCurrent);
    }

    [Fact]
    public async Task Save_SeveralFilesAtOnce_IsOneChange()
    {
        _host.Write("base.json", Document(1));
        _host.Write("production.json", """{ "b": { "value": 1 } }""");
        await _host.StartAsync(options: o => o.Configuration.QuietPeriod = TimeSpan.FromMilliseconds(300));
        var values = new List<string?>();
        using IDisposable registration = ChangeToken.OnChange(
            _host.Configuration.GetChangeToken, () => values.Add($"{_host.Root["a:left"]} {_host.Root["b:value"]} {_host.Root["c:value"]}"));

        await _host.ChangeAsync(() =>
        {
            _host.Write("base.json", Document(2));
            _host.Write("production.json", """{ "b": { "value": 2 } }""");
            _host.Write("production.local.json", """{ "c": { "value": 2 } }""");
        });

        // Another change, so that a second telling of the first would have come before it.
        await _host.ChangeAsync(() => File.Delete(_host.Path("production.local.json")));
        Assert.Equal(["2 2 2", "2 2 "], values);
    }

    [Fact]
    public async Task Save_CommentsAlone_MovesPlacesAndTellsNobody()
    {
        _host.Write("production.json", """{ "a": { "left": 1 } }""");
        await _host.StartAsync(varai => varai.AddComponent<Versioned>("a"));
        int told = 0;
        using IDisposable registration = ChangeToken.OnChange(_host.Configuration.GetChangeToken, () => Interlocked.Increment(ref told));
        using IDisposable reload = ChangeToken.OnChange(_host.Root.GetReloadToken, () => Interlocked.Increment(ref told));
        Versioned bound = _host.Configuration.Get<Versioned>("a");
        string hash = _host.Configuration.Current.ContentHash;

        _host.Write("production.json", "{ // a remark\n  \"a\": { \"left\": 1 } }");
        await ConfigurationHost.UntilAsync(() => _host.Configuration.Current.Root.FindKey("a:left")!.Origin.Line == 2);

        Assert.Equal("config/environments/production.json:2:18", _host.Configuration.Current.Root.FindKey("a:left")!.Origin.ToString());
        Assert.Equal(hash, _host.Configuration.Current.ContentHash);
        Assert.Same(bound, _host.Configuration.Get<Versioned>("a"));
        Assert.Equal(0, Volatile.Read(ref told));
    }

    [Fact]
    public async Task Save_Mistake_KeepsTheValuesUntilItIsMended()
    {
        _host.Write("production.json", """{ "a": { "left": 1, "right": 1 } }""");
        await _host.StartAsync(varai =>
        {
            varai.AddComponent<Versioned>("a");
            varai.Services.AddHealthChecks();
        });
        DateTimeOffset since = _host.Configuration.Status.Since;
        int told = 0;
        using IDisposable registration = ChangeToken.OnChange(_host.Configuration.GetChangeToken, () => Interlocked.Increment(ref told));

        _host.Write("production.json", """{ "a": { "left": "two", "right": 2 } }""");
        await ConfigurationHost.UntilAsync(() => !_host.Configuration.Status.IsCurrent);

        const string error = "config/environments/production.json:1:18: a:left: The value can't be read as System.Int32. (found string \"two\")";
        ConfigurationStatus refused = _host.Configuration.Status;
        Assert.Equal(error, Assert.Single(refused.Errors).ToString());
        Assert.True(refused.Since > since);
        Assert.Equal(("1", "1", 1), (_host.Root["a:left"], _host.Root["a:right"], _host.Configuration.Get<Versioned>("a").Left));
        HealthReportEntry health = await HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Equal(
            $"The files of 'production' are not valid since {refused.Since:u}; the last valid configuration is in use: {error}", health.Description);
        await ConfigurationHost.UntilAsync(() => _host.Logs.GetSnapshot().Any(l => l.Id.Id == 1002 && l.Message.EndsWith("\n  " + error, StringComparison.Ordinal)));

        // Another mistake is the same state.
        _host.Write("production.json", """{ "a": { "left": 2, "wrong": 2 } }""");
        await ConfigurationHost.UntilAsync(() => _host.Configuration.Status.Errors[0].Key == "a:wrong");
        Assert.Equal(refused.Since, _host.Configuration.Status.Since);

        await _host.ChangeAsync(() => _host.Write("production.json", """{ "a": { "left": 3, "right": 3 } }"""));
        Assert.True(_host.Configuration.Status.IsCurrent);
        Assert.True(_host.Configuration.Status.Since >= refused.Since);
        Assert.Equal(("3", 3), (_host.Root["a:left"], _host.Configuration.Get<Versioned>("a").Left));
        Assert.Equal(1, told);
        Assert.Equal((HealthStatus.Healthy, "1 components of 'production'."), ((await HealthAsync()).Status, (await HealthAsync()).Description));
        await ConfigurationHost.UntilAsync(() => _host.Logs.GetSnapshot().Any(l => l.Id.Id == 1003));
    }

    [Fact]
    public async Task Save_MistakeTakenBack_IsCurrentAgainWithoutAChange()
    {
        _host.Write("production.json", Document(1));
        await _host.StartAsync();
        int told = 0;
        using IDisposable registration = ChangeToken.OnChange(_host.Configuration.GetChangeToken, () => Interlocked.Increment(ref told));
        _host.Write("production.json", "{ ");
        await ConfigurationHost.UntilAsync(() => !_host.Configuration.Status.IsCurrent);

        _host.Write("production.json", Document(1));
        await ConfigurationHost.UntilAsync(() => _host.Configuration.Status.IsCurrent);

        Assert.Equal(0, told);
    }

    [Fact]
    public async Task Change_EveryCallback_IsToldOnceAndSeesTheNewValues()
    {
        _host.Write("production.json", Document(1));
        await _host.StartAsync(varai => varai.AddComponent<Versioned>("a"));
        _ = _host.Configuration.Get<Versioned>("a");
        var seen = new List<string>();
        var registrations = new List<IDisposable>();
        for (int i = 0; i < 3; i++)
        {
            registrations.Add(ChangeToken.OnChange(_host.Configuration.GetChangeToken, () => Note("own")));
            registrations.Add(ChangeToken.OnChange(_host.Root.GetReloadToken, () => Note("host")));
        }

        IChangeToken token = _host.Configuration.GetChangeToken();
        Assert.False(token.HasChanged);
        for (int version = 2; version <= 3; version++)
        {
            await _host.ChangeAsync(() => _host.Write("production.json", Document(version)));
            Assert.True(token.HasChanged);
            Assert.Equal(
                Enumerable.Repeat($"host {version} {version} {version}", 3).Concat(Enumerable.Repeat($"own {version} {version} {version}", 3)),
                seen.Order(StringComparer.Ordinal));
            seen.Clear();
        }

        registrations.ForEach(r => r.Dispose());

        void Note(string who) => seen.Add(
            $"{who} {_host.Root["a:left"]} {_host.Configuration.Get<Versioned>("a").Left} {_host.Configuration.Current.Root.FindKey("a:right")!.Text}");
    }

    [Fact]
    public async Task Change_CallbacksThrow_TheOthersAreToldNowAndLater()
    {
        _host.Write("production.json", Document(1));
        await _host.StartAsync();
        var seen = new List<string?>();
        using IDisposable first = ChangeToken.OnChange(_host.Configuration.GetChangeToken, () => seen.Add("own " + _host.Root["a:left"]));
        using IDisposable bad = ChangeToken.OnChange(_host.Configuration.GetChangeToken, () => throw new InvalidOperationException("own"));
        using IDisposable badHost = ChangeToken.OnChange(_host.Root.GetReloadToken, () => throw new InvalidOperationException("host"));
        using IDisposable last = ChangeToken.OnChange(_host.Root.GetReloadToken, () => seen.Add("host " + _host.Root["a:left"]));

        for (int version = 2; version <= 4; version++)
            await _host.ChangeAsync(() => _host.Write("production.json", Document(version)));

        Assert.Equal(["host 2", "own 2", "host 3", "own 3", "host 4", "own 4"], seen);
        await ConfigurationHost.UntilAsync(() => _host.Logs.GetSnapshot().Count(l => l.Id.Id == 1006) == 6);
    }

    [Fact]
    public async Task Read_WhileFilesChange_NeverSeesHalfOfAChange()
    {
        _host.Write("production.json", Document(1));
        await _host.StartAsync(varai => varai.AddComponent<Versioned>("a"), o => o.Configuration.QuietPeriod = TimeSpan.FromMilliseconds(1));
        IOptionsMonitor<Versioned> monitor = _host.Services.GetRequiredService<IOptionsMonitor<Versioned>>();
        using var stop = new CancellationTokenSource();
        var torn = new List<string>();
        int reads = 0;
        Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Versioned bound = _host.Configuration.Get<Versioned>("a");
                Versioned options = monitor.CurrentValue;
                if (options.Left != options.Right || options.List.Any(i => i != options.Left))
                    Add($"IOptionsMonitor: {options.Left} {options.Right} {string.Join(',', options.List)}");
                ConfigurationNode root = _host.Configuration.Current.Root;
                if (bound.Left != bound.Right || bound.List.Any(i => i != bound.Left))
                    Add($"Get: {bound.Left} {bound.Right} {string.Join(',', bound.List)}");
                if (root.FindKey("a:left")!.Text != root.FindKey("a:right")!.Text)
                    Add("Current");
                Interlocked.Increment(ref reads);
            }
        }, TestContext.Current.CancellationToken))];

        for (int version = 2; version <= 25; version++)
            await _host.ChangeAsync(() => Replace(_host.Path("production.json"), Document(version)));
        await stop.CancelAsync();
        await Task.WhenAll(readers);

        Assert.Empty(torn);
        Assert.True(reads > 24, $"{reads} reads");

        void Add(string what)
        {
            lock (torn)
                torn.Add(what);
        }
    }

    [Theory]
    [InlineData("Get")]
    [InlineData("IOptions")]
    public async Task Read_ChangeInTheMiddleOfBinding_BindsOneDocument(string reader)
    {
        _host.Write("production.json", """{ "a": { "left": 1, "right": 1 } }""");
        await _host.StartAsync(varai => varai.AddComponent<Interrupted>("a"));
        bool armed = true;
        using var scope = new Interruption(() =>
        {
            if (!armed)
                return;
            armed = false;
            _host.Write("production.json", """{ "a": { "left": 2, "right": 2 } }""");
            Assert.True(SpinWait.SpinUntil(() => _host.Root["a:right"] == "2", ConfigurationHost.Patience));
        });

        Interrupted bound = reader == "Get"
            ? _host.Configuration.Get<Interrupted>("a")
            : _host.Services.GetRequiredService<IOptions<Interrupted>>().Value;

        Assert.False(armed);
        Assert.Equal((1, 1), (bound.Left, bound.Right));
        Assert.Equal(2, _host.Configuration.Get<Interrupted>("a").Left);
    }

    [Fact]
    public async Task Folder_KubernetesSwapsTheDataLink_TheNewVolumeIsRead()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links and mv are needed.");
        Volume("..2026_01", 1);
        Directory.CreateSymbolicLink(_host.Path("..data"), "..2026_01");
        foreach (string file in new[] { "base.json", "production.yaml" })
            File.CreateSymbolicLink(_host.Path(file), Path.Combine("..data", file));
        await _host.StartAsync();
        Assert.Equal(("1", "1"), (_host.Root["a:left"], _host.Root["b:value"]));
        var values = new List<string?>();
        using IDisposable registration = ChangeToken.OnChange(
            _host.Configuration.GetChangeToken, () => values.Add($"{_host.Root["a:left"]} {_host.Root["b:value"]}"));

        for (int version = 2; version <= 3; version++)
        {
            await _host.ChangeAsync(async () =>
            {
                // As the kubelet's atomic writer does. File.Move follows a link to a folder, so the renaming is mv's.
                Volume($"..2026_0{version}", version);
                Directory.CreateSymbolicLink(_host.Path("..data_tmp"), $"..2026_0{version}");
                Command renamed = await Command.RunAsync(
                    "mv", ["-T", "..data_tmp", "..data"], _host.EnvironmentsFolder, TestContext.Current.CancellationToken);
                Assert.Equal((0, ""), (renamed.ExitCode, renamed.Output));
                Directory.Delete(_host.Path($"..2026_0{version - 1}"), recursive: true);
            });
        }

        Assert.Equal(["2 2", "3 3"], values);

        void Volume(string name, int version)
        {
            _host.Write($"{name}/base.json", Document(version));
            _host.Write($"{name}/production.yaml", $"b:\n  value: {version}\n");
        }
    }

    [Fact]
    public async Task File_LinkToAnotherFolder_IsFollowedByComparing()
    {
        string target = _host.WriteRoot("elsewhere/real.json", Document(1));
        _host.Write("base.json", "{}");
        File.CreateSymbolicLink(_host.Path("production.json"), target);
        await _host.StartAsync(options: o => o.Configuration.PollInterval = TimeSpan.FromMilliseconds(20));
        Assert.Equal("1", _host.Root["a:left"]);

        // Nothing happens in the watched folder.
        await _host.ChangeAsync(() => File.WriteAllText(target, Document(22)));
        Assert.Equal("22", _host.Root["a:left"]);

        await _host.ChangeAsync(() =>
        {
            string other = _host.WriteRoot("elsewhere/other.json", Document(3));
            File.CreateSymbolicLink(_host.Path("new"), other);
            File.Move(_host.Path("new"), _host.Path("production.json"), overwrite: true);
        });
        Assert.Equal("3", _host.Root["a:left"]);
    }

    [Fact]
    public async Task Folder_SomethingWritesAllTheTime_ASavedFileIsReadNevertheless()
    {
        _host.Write("production.json", Document(1));
        await _host.StartAsync();
        using var stop = new CancellationTokenSource();
        Task noise = Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (!stop.IsCancellationRequested)
            {
                await File.WriteAllTextAsync(_host.Path("noise.log"), Guid.NewGuid().ToString(), TestContext.Current.CancellationToken);
                await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            }
        }, TestContext.Current.CancellationToken);

        await _host.ChangeAsync(() => _host.Write("production.json", Document(2)));
        await stop.CancelAsync();
        await noise;

        Assert.Equal("2", _host.Root["a:left"]);
    }

    [Fact]
    public async Task Watch_SwitchedOff_FilesAreLeftAlone()
    {
        _host.Write("production.json", Document(1));
        using IHost watching = _host.CreateBuilder().Build();
        await watching.StartAsync(TestContext.Current.CancellationToken);
        await _host.StartAsync(options: o => o.Configuration.Watch = false);

        _host.Write("production.json", Document(2));
        var other = watching.Services.GetRequiredService<IConfiguration>();
        await ConfigurationHost.UntilAsync(() => other["a:left"] == "2");
        await watching.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal("1", _host.Root["a:left"]);
    }

    [Fact]
    public async Task Stop_WhileChangesCome_EndsAtOnceAndReadsNoMore()
    {
        _host.Write("production.json", Document(1));
        await _host.StartAsync(options: o => o.Configuration.QuietPeriod = TimeSpan.FromSeconds(30));
        IConfigurationRoot root = _host.Root;
        _host.Write("production.json", Document(2));

        await _host.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal("1", root["a:left"]);
    }

    private static string Document(int value) =>
        $$"""{ "a": { "left": {{value}}, "list": [{{value}}, {{value}}], "right": {{value}} } }""";

    private static void Save(string way, string path, string text)
    {
        switch (way)
        {
            case "truncate and write":
                File.WriteAllText(path, "");
                File.AppendAllText(path, text);
                break;
            case "write in pieces":
                using (var stream = new StreamWriter(path))
                {
                    foreach (char c in text)
                    {
                        stream.Write(c);
                        stream.Flush();
                    }
                }

                break;
            case "rename over":
                Replace(path, text);
                break;
            case "delete and create":
                File.Delete(path);
                File.WriteAllText(path, text);
                break;
            case "rename away and write":
                File.Move(path, path + "~", overwrite: true);
                File.WriteAllText(path, text);
                File.Delete(path + "~");
                break;
            default:
                File.WriteAllText(path, text);
                break;
        }
    }

    private static void Replace(string path, string text)
    {
        File.WriteAllText(path + ".tmp", text);
        File.Move(path + ".tmp", path, overwrite: true);
    }

    private async Task<HealthReportEntry> HealthAsync() =>
        (await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken))
        .Entries["varai-configuration"];

    /// <summary>Something happens when its first property is set.</summary>
    public sealed class Interrupted
    {
        public int Left
        {
            get;
            set
            {
                field = value;
                Interruption.Happen();
            }
        }

        public int Right { get; set; }
    }

    private sealed class Interruption : IDisposable
    {
        private static readonly AsyncLocal<Action?> Current = new();

        public Interruption(Action action) => Current.Value = action;

        public static void Happen() => Current.Value?.Invoke();

        public void Dispose() => Current.Value = null;
    }

    public sealed class Versioned
    {
        public int Left { get; set; }

        public int Right { get; set; }

        public List<int> List { get; } = [];
    }
}
