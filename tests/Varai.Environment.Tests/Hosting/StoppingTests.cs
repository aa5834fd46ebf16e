using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Configuration;
using Varai.Secrets;
using Varai.State;
using Varai.Tests.TestResources;

namespace Varai.Tests.Hosting;

/// <summary>A host that ends leaves nothing behind, and ends soon whatever hangs.</summary>
public sealed class StoppingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dispose_AHostThatWorked_HoldsNoFileAndNoWatcher()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Open files and watches are read from /proc, which only Linux has.");
        await using VaraiHost host = await StartAsync();
        string inode = await InodeAsync(host.Folder.File("config/environments"));
        Assert.NotEmpty(OpenFiles(host.Folder.Root));
        Assert.True(IsWatched(inode));

        await host.App.StopAsync(Token);
        Assert.False(IsWatched(inode));
        await ((IAsyncDisposable)host.App).DisposeAsync();

        Assert.Empty(OpenFiles(host.Folder.Root));
        Assert.False(IsWatched(inode));
    }

    [Fact]
    public async Task Dispose_WithoutStop_HoldsNothingEither()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Open files and watches are read from /proc, which only Linux has.");
        await using VaraiHost host = await StartAsync();
        string inode = await InodeAsync(host.Folder.File("config/environments"));

        await ((IAsyncDisposable)host.App).DisposeAsync();

        Assert.Empty(OpenFiles(host.Folder.Root));
        Assert.False(IsWatched(inode));
    }

    [Fact]
    public async Task Dispose_AHostThatWorked_LetsSomebodyElseHaveTheDatabaseAlone()
    {
        await using VaraiHost host = await StartAsync();
        await host.App.StopAsync(Token);
        await ((IAsyncDisposable)host.App).DisposeAsync();

        // SQLite leaves the write-ahead log only when nobody else has the file open.
        await using var connection = new SqliteConnection($"Data Source={host.Folder.File(".varai/state.db")};Pooling=False");
        await connection.OpenAsync(Token);
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = DELETE";
        Assert.Equal("delete", await command.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task Dispose_AHostThatWorked_LeavesNoTaskTimerOrThreadThatKeepsIt()
    {
        WeakReference[] left = await RunToTheEndAsync();

        for (int i = 0; i < 100 && left.Any(r => r.IsAlive); i++)
        {
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.DoesNotContain(left, r => r.IsAlive);
    }

    [Fact]
    public async Task Stop_WhileASecretProviderHangsForEver_TakesNoTime()
    {
        var provider = new HangingProvider();
        await using VaraiHost host = new VaraiHost().Write("production.json", """{ "a": 1 }""");
        host.Builder.AddVarai(o => o.Configuration.QuietPeriod = TimeSpan.FromMilliseconds(1)).UseInMemoryState().AddSecretProvider(provider);
        await host.App.StartAsync(Token);
        Task<string> reading = host.Varai.GetSecretAsync("never", Token).AsTask();
        host.Write("production.json", """{ "a": "${secret:also-never}" }""");
        await provider.Asked("never").WaitAsync(Patience, Token);
        await provider.Asked("also-never").WaitAsync(Patience, Token);

        TimeSpan stop = await MeasureAsync(() => host.App.StopAsync(Token));
        TimeSpan dispose = await MeasureAsync(async () => await ((IAsyncDisposable)host.App).DisposeAsync());

        TestContext.Current.SendDiagnosticMessage("stop {0}, dispose {1}", stop, dispose);
        Assert.True(stop < TimeSpan.FromSeconds(3), $"Stopping took {stop}.");
        Assert.True(dispose < TimeSpan.FromSeconds(3), $"Disposing took {dispose}.");
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
    }

    [Fact]
    public async Task Stop_WhileTheStateStoreHangsForEver_TakesNoLongerThanTheHostAllows()
    {
        var store = new HangingStore(new InMemoryStateStore(new StateOptions(), TimeProvider.System));
        await using VaraiHost host = new VaraiHost().Write("production.json", """{ "a": 1 }""");
        host.Builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        host.Builder.AddVarai().UseStateStore(_ => store);
        await host.App.StartAsync(Token);
        await store.Hanging.WaitAsync(Patience, Token);

        TimeSpan stop = await MeasureAsync(() => host.App.StopAsync(Token));
        TimeSpan dispose = await MeasureAsync(async () => await ((IAsyncDisposable)host.App).DisposeAsync());

        TestContext.Current.SendDiagnosticMessage("stop {0}, dispose {1}", stop, dispose);
        Assert.True(stop < TimeSpan.FromSeconds(5), $"Stopping took {stop}.");
        Assert.True(dispose < TimeSpan.FromSeconds(10), $"Disposing took {dispose}.");
    }

    [Fact]
    public async Task Start_WhileTheStateStoreHangsForEver_EndsWithItsToken()
    {
        var store = new HangingStore(new InMemoryStateStore(new StateOptions(), TimeProvider.System)) { HangsAtOnce = true };
        await using VaraiHost host = new VaraiHost().Write("production.json", """{ "a": 1 }""");
        host.Builder.AddVarai().UseStateStore(_ => store);
        using var cancellation = new CancellationTokenSource();

        Task starting = host.App.StartAsync(cancellation.Token);
        await store.Hanging.WaitAsync(Patience, Token);
        Assert.False(starting.IsCompleted);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting.WaitAsync(Patience, Token));
    }

    private static async Task<VaraiHost> StartAsync()
    {
        VaraiHost host = new VaraiHost().Write("production.json", """{ "a": 1, "feature_flags": { "f": true } }""");
        host.Builder.AddVarai();
        await host.App.StartAsync(Token);
        Assert.True(host.Varai.IsFeatureEnabled("f"));
        Assert.NotNull(await host.Varai.Configuration.GetCurrentVersionAsync(Token));
        return host;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference[]> RunToTheEndAsync()
    {
        await using VaraiHost host = await StartAsync();
        object[] ours =
        [
            host.App.Services.GetRequiredService<ConfigurationReloader>(),
            host.App.Services.GetRequiredService<ConfigurationEngine>(),
            host.Varai.Configuration,
            host.Varai.Secrets,
            host.Varai.FeatureFlags,
            host.App.Services.GetRequiredService<IStateStore>(),
        ];
        await host.App.StopAsync(Token);
        return [.. ours.Select(o => new WeakReference(o))];
    }

    private static async Task<TimeSpan> MeasureAsync(Func<Task> action)
    {
        long start = TimeProvider.System.GetTimestamp();
        await action().WaitAsync(Patience, Token);
        return TimeProvider.System.GetElapsedTime(start);
    }

    private static string[] OpenFiles(string folder) =>
        [.. Directory.EnumerateFiles("/proc/self/fd").Select(TryReadLink).OfType<string>().Where(t => t.StartsWith(folder, StringComparison.Ordinal))];

    // The listing itself is an open file that is gone when it is looked at.
    private static string? TryReadLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsWatched(string inode) => Directory.EnumerateFiles("/proc/self/fdinfo").Any(path =>
    {
        try
        {
            return File.ReadLines(path).Any(l => l.StartsWith("inotify", StringComparison.Ordinal) && l.Contains($" ino:{inode} ", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    });

    private static async Task<string> InodeAsync(string path)
    {
        Command stat = await Command.RunAsync("stat", ["-c", "%i", path], "/", Token);
        return long.Parse(stat.Output.Trim(), System.Globalization.CultureInfo.InvariantCulture).ToString("x", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Never answers and never looks at its token.</summary>
    private sealed class HangingProvider : ISecretProvider
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<string, TaskCompletionSource> _asked = new(StringComparer.Ordinal);

        public string Name => "hanging";

        public Task Asked(string name) => _asked.GetOrAdd(name, _ => new TaskCompletionSource()).Task;

        public ValueTask<Secret?> GetAsync(SecretRequest request, CancellationToken cancellationToken)
        {
            _asked.GetOrAdd(request.Name, _ => new TaskCompletionSource()).TrySetResult();
            return new ValueTask<Secret?>(new TaskCompletionSource<Secret?>().Task);
        }
    }

    /// <summary>A store whose blobs, or documents too, never answer and never look at their token.</summary>
    private sealed class HangingStore(IStateStore inner) : IStateStore, IBlobStore
    {
        private readonly TaskCompletionSource _hanging = new();

        public bool HangsAtOnce { get; init; }

        public Task Hanging => _hanging.Task;

        public IBlobStore Blobs => this;

        public ILeaseStore Leases => inner.Leases;

        public ValueTask<long> GetRevisionAsync(CancellationToken cancellationToken) => inner.GetRevisionAsync(cancellationToken);

        public ValueTask<StateDocument?> GetAsync(string key, CancellationToken cancellationToken) =>
            HangsAtOnce ? new ValueTask<StateDocument?>(HangAsync<StateDocument?>()) : inner.GetAsync(key, cancellationToken);

        public async IAsyncEnumerable<StateDocument> ListAsync(
            string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            if (HangsAtOnce)
                await HangAsync<bool>();
            await foreach (StateDocument document in inner.ListAsync(prefix, cancellationToken))
                yield return document;
        }

        public IAsyncEnumerable<StreamEntry> ReadStreamAsync(StreamQuery query, CancellationToken cancellationToken) =>
            inner.ReadStreamAsync(query, cancellationToken);

        public Task<StateCommit> CommitAsync(StateTransaction transaction, CancellationToken cancellationToken) =>
            inner.CommitAsync(transaction, cancellationToken);

        public IAsyncEnumerable<StateChange> WatchAsync(long afterRevision, CancellationToken cancellationToken) =>
            inner.WatchAsync(afterRevision, cancellationToken);

        public Task<BlobId> PutAsync(Stream content, CancellationToken cancellationToken) => HangAsync<BlobId>();

        public Task<Stream?> OpenReadAsync(BlobId id, CancellationToken cancellationToken) => inner.Blobs.OpenReadAsync(id, cancellationToken);

        public ValueTask<bool> ExistsAsync(BlobId id, CancellationToken cancellationToken) => inner.Blobs.ExistsAsync(id, cancellationToken);

        public Task<bool> DeleteAsync(BlobId id, CancellationToken cancellationToken) => inner.Blobs.DeleteAsync(id, cancellationToken);

        private Task<T> HangAsync<T>()
        {
            _hanging.TrySetResult();
            return new TaskCompletionSource<T>().Task;
        }
    }
}
