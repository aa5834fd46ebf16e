using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.State;

namespace Varai.Tests.Configuration.Sources;

/// <summary>The state store is away: readers go on, writers fail, and a node that starts meanwhile has what it last used.</summary>
public sealed class LastKnownGoodTests : IAsyncDisposable
{
    private readonly OutageStateStore _store = new(new InMemoryStateStore(new StateOptions(), TimeProvider.System));
    private readonly StateNodes _nodes;

    public LastKnownGoodTests()
    {
        _nodes = new StateNodes(v => v.UseStateStore(_ => _store));
        _nodes.Write("base.json", """{ "a": 1 }""").Write("production.json", """{ "b": 1, "db": "pw=${secret:db}" }""");
        _nodes.Secrets.Set("db", "s3cr3t-canary");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Environments => Path.Combine(_nodes.NodeRoot("one"), ".varai", "last-known-good.production.environments");

    private string Flags => Path.Combine(_nodes.NodeRoot("one"), ".varai", "last-known-good.production.flags");

    [Fact]
    public async Task Start_WhileTheStoreIsAway_GoesOnFromTheFile_AndCatchesUp()
    {
        await _nodes.StopAsync(await _nodes.StartAsync());
        IHost other = await _nodes.StartAsync("two");
        await StateNodes.SetAsync(other, "b", 2);
        _store.Stop();

        IHost host = await _nodes.StartAsync();

        Assert.Equal(("1", "1", "pw=s3cr3t-canary"), (StateNodes.Value(host, "a"), StateNodes.Value(host, "b"), StateNodes.Value(host, "db")));
        Assert.Contains(_nodes.Logs.GetSnapshot(), l => l.Id.Id == 1010);
        HealthReportEntry health = await StateNodes.HealthAsync(host);
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Matches(@"last known good configuration, read at \d{4}-.*Z \(0\.00:0\d:\d\d ago\)", health.Description);
        StateException refused = await Assert.ThrowsAsync<StateException>(() => StateNodes.SetAsync(host, "b", 3));
        Assert.True(refused.IsTransient);

        _store.Start();

        await StateNodes.UntilAsync(() => StateNodes.Value(host, "b") == "2");
        await StateNodes.UntilAsync(() => StateNodes.Of(host).Status.LastKnownGoodFrom is null);
        Assert.Equal(HealthStatus.Healthy, (await StateNodes.HealthAsync(host)).Status);
        Assert.Contains(_nodes.Logs.GetSnapshot(), l => l.Id.Id == 1012);
        await StateNodes.SetAsync(host, "b", 4);
        await StateNodes.UntilAsync(() => StateNodes.Value(other, "b") == "4");
        Assert.Equal(["1", "2", "4"], await HistoryOfAsync(host, "b"));
    }

    [Fact]
    public async Task Outage_OfARunningNode_ReadersGoOn_AndChangesDuringItAreSeenAfterIt()
    {
        IHost host = await _nodes.StartAsync();
        _store.Stop();
        Assert.Equal("1", StateNodes.Value(host, "b"));
        await Assert.ThrowsAsync<StateException>(() => StateNodes.SetAsync(host, "b", 2));
        await Assert.ThrowsAsync<StateException>(() => StateNodes.Transfer(host).ExportAsync(Path.Combine(_nodes.Root, "out"), cancellationToken: Token));

        _store.Start();
        await StateNodes.SetAsync(await _nodes.StartAsync("two"), "b", 5);

        await StateNodes.UntilAsync(() => StateNodes.Value(host, "b") == "5");
    }

    [Fact]
    public void Write_RemovesWhatKilledProcessesLeft_AndNothingThatIsInUse()
    {
        var file = LastKnownGoodFile.In(Path.Combine(_nodes.Root, "kept"), "production", "flags", NullLogger.Instance);
        Directory.CreateDirectory(Path.GetDirectoryName(file.FullPath)!);
        string left = $"{file.FullPath}.{Guid.NewGuid():N}.tmp";
        string used = $"{file.FullPath}.{Guid.NewGuid():N}.tmp";
        string others = $"{file.FullPath}x.{Guid.NewGuid():N}.tmp";
        File.WriteAllText(left, "half of it");
        File.WriteAllText(others, "not ours");
        using FileStream writer = new(used, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);

        file.Write(new LastKnownGood(DateTimeOffset.UnixEpoch, 1, [new("a", "1"u8.ToArray())]));

        Assert.Equal(
            new[] { file.FullPath, used, others }.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Path.GetDirectoryName(file.FullPath)!).Order(StringComparer.Ordinal));
        Assert.Equal(1, file.Read()!.Version);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_WhileTheStoreIsAwayAndWithoutAFile_FailsInTime(bool hangs)
    {
        if (hangs)
            _store.Hang();
        else
            _store.Stop();

        StateException error = await Assert.ThrowsAsync<StateException>(
            () => _nodes.StartAsync(options: o => o.Configuration.StartTimeout = TimeSpan.FromMilliseconds(300)));

        Assert.Contains("could not be read within 00:00:00.3000000 (Varai:Configuration:StartTimeout)", error.Message, StringComparison.Ordinal);
        Assert.Contains(Environments, error.Message, StringComparison.Ordinal);
        Assert.Contains(hangs ? "does not answer" : "is away", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhileTheStoreComesUp_Waits()
    {
        _store.Stop();
        Task<IHost> starting = Task.Run(() => _nodes.StartAsync(), Token);
        await StateNodes.UntilAsync(() => Directory.Exists(_nodes.NodeRoot("one")));
        _store.Start();

        Assert.Equal("1", StateNodes.Value(await starting, "a"));
    }

    [Fact]
    public async Task Start_WhileTheStoreHangs_GoesOnFromTheFileInTime()
    {
        await _nodes.StopAsync(await _nodes.StartAsync());
        _store.Hang();

        IHost host = await _nodes.StartAsync(options: o => o.Configuration.StartTimeout = TimeSpan.FromMilliseconds(300));

        Assert.Equal("1", StateNodes.Value(host, "b"));
        await _nodes.StopAsync(host);
    }

    [Fact]
    public async Task File_IsForTheServicesUserAlone_AndHoldsReferencesNotSecrets()
    {
        IHost host = await _nodes.StartAsync(configure: v => v.UseStateFeatureFlags());
        await host.Services.GetRequiredService<IFeatureFlagEditor>().ApplyAsync(new FeatureFlagEdit("ann", "why").Set("new", "true"), Token);
        await StateNodes.SetAsync(host, "b", 2);
        await StateNodes.UntilAsync(() => File.Exists(Flags) && Text(Environments).Contains("\"b\": 2", StringComparison.Ordinal) && Text(Flags).Contains("new", StringComparison.Ordinal));

        Assert.Contains("${secret:db}", Text(Environments), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", Text(Environments) + Text(Flags), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(Path.GetDirectoryName(Environments)!), f => f.EndsWith(".tmp", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Environments));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Flags));
        }
    }

    [Fact]
    public async Task File_ThatIsDamaged_IsIgnoredWithAWarning()
    {
        await _nodes.StopAsync(await _nodes.StartAsync());
        byte[] good = await File.ReadAllBytesAsync(Environments, Token);
        byte[][] bad =
        [
            [], "x"u8.ToArray(), good[..^1], good[..50], [.. good, 0], .. Enumerable.Range(0, 8).Select(i => Flip(good, i * (good.Length - 1) / 7)),
        ];
        foreach (byte[] content in bad)
        {
            await File.WriteAllBytesAsync(Environments, content, Token);
            int warnings = Warnings();
            IHost host = await _nodes.StartAsync();
            Assert.Equal("1", StateNodes.Value(host, "a"));
            Assert.Equal(warnings + 1, Warnings());
            await _nodes.StopAsync(host);
            Assert.Equal(Contents(good), Contents(await File.ReadAllBytesAsync(Environments, Token)));
        }

        await File.WriteAllBytesAsync(Environments, bad[2], Token);
        _store.Stop();
        StateException error = await Assert.ThrowsAsync<StateException>(
            () => _nodes.StartAsync(options: o => o.Configuration.StartTimeout = TimeSpan.FromMilliseconds(300)));
        Assert.Contains("no last known good", error.Message, StringComparison.Ordinal);

        int Warnings() => _nodes.Logs.GetSnapshot().Count(l => l.Id.Id == 1080);
        static byte[] Flip(byte[] content, int at) => [.. content[..at], (byte)(content[at] ^ 1), .. content[(at + 1)..]];
        static string Contents(byte[] file) => Encoding.UTF8.GetString(file).Split('\n', 3)[2];
    }

    [Fact]
    public async Task File_ThatCantBeWritten_IsLoggedAndNoMore()
    {
        Directory.CreateDirectory(Environments);

        IHost host = await _nodes.StartAsync();

        Assert.Equal("1", StateNodes.Value(host, "a"));
        Assert.Contains(_nodes.Logs.GetSnapshot(), l => l.Id.Id == 1081);
    }

    [Fact]
    public async Task File_IsNotWritten_ForAStoreThatKeepsNothingOnDisk()
    {
        await using var nodes = new StateNodes(v => v.UseInMemoryState().UseStateFeatureFlags());
        nodes.Write("production.json", """{ "a": 1 }""");

        IHost host = await nodes.StartAsync();

        Assert.Equal("1", StateNodes.Value(host, "a"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(nodes.NodeRoot("one")));
    }

    [Fact]
    public async Task Document_ThatWasRefused_IsNotKept()
    {
        IHost host = await _nodes.StartAsync();
        string before = Text(Environments);
        await _store.CommitAsync(new StateTransaction().Put("environments/files/production.json", "{ broken"u8.ToArray()), Token);
        await StateNodes.UntilAsync(() => !StateNodes.Of(host).Status.IsCurrent);
        await _nodes.StopAsync(host);

        Assert.Equal(before, Text(Environments));
    }

    [Fact]
    public async Task Flags_OfTheStateStore_StartFromTheFile_AndCatchUp_AlsoWhenEnvironmentsAreFiles()
    {
        IHost host = await StartWithFilesAsync();
        await EditAsync(host, "true");
        await StateNodes.UntilAsync(() => File.Exists(Flags) && Text(Flags).Contains("\"new\"", StringComparison.Ordinal));
        await _nodes.StopAsync(host);
        _store.Stop();

        host = await StartWithFilesAsync();

        Assert.True(IsEnabled(host));
        Assert.Contains(_nodes.Logs.GetSnapshot(), l => l.Id.Id == 1307);
        HealthReportEntry health = await StateNodes.HealthAsync(host, "varai-feature-flags");
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Matches(@"in use, read at \d{4}-.*Z \(0\.00:0\d:\d\d ago\)", health.Description);
        await Assert.ThrowsAsync<StateException>(() => EditAsync(host, "false"));

        _store.Start();
        await EditAsync(host, "false");

        await StateNodes.UntilAsync(() => !IsEnabled(host));
        Assert.Equal(HealthStatus.Healthy, (await StateNodes.HealthAsync(host, "varai-feature-flags")).Status);

        static bool IsEnabled(IHost host) => host.Services.GetRequiredService<IFeatureFlags>().IsFeatureEnabled("new");
        static Task EditAsync(IHost host, string json) =>
            host.Services.GetRequiredService<IFeatureFlagEditor>().ApplyAsync(new FeatureFlagEdit("ann", "why").Set("new", json), Token);
        Task<IHost> StartWithFilesAsync() => _nodes.StartAsync(configure: v => v.UseStateFeatureFlags(), options: o => o.Configuration.InStateStore = false);
    }

    [Fact]
    public async Task Flags_OfAStoreThatHangs_FailTheStartInTimeWithoutAFile()
    {
        _store.Hang();

        StateException error = await Assert.ThrowsAsync<StateException>(() => _nodes.StartAsync(configure: v => v.UseStateFeatureFlags(), options: o =>
        {
            o.Configuration.InStateStore = false;
            o.Configuration.StartTimeout = TimeSpan.FromMilliseconds(300);
        }));

        Assert.Contains("has not answered within", error.Message, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    private static string Text(string path) => Encoding.UTF8.GetString(File.ReadAllBytes(path));

    private static async Task<string?[]> HistoryOfAsync(IHost host, string key)
    {
        var values = new List<string?>();
        foreach (ConfigurationVersion version in await StateNodes.VersionsAsync(host))
        {
            ConfigurationSnapshot document = await host.Services.GetRequiredService<IConfigurationDocuments>()
                .ReadAsync(ConfigurationReference.Version(version.Number), Token);
            values.Add(document.Root.FindKey(key)?.Text);
        }

        return [.. values];
    }
}
