using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.FeatureFlags.Stores;
using Varai.State;
using Varai.Testing;
using Varai.Testing.FeatureFlags;
using Varai.Tests.Configuration.History;
using Varai.Tests.State;

namespace Varai.Tests.FeatureFlags.Stores;

public sealed class FeatureFlagStoreContractTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task InMemoryFeatureFlagStore_keeps_the_contract()
    {
        using var store = new InMemoryFeatureFlagStore();
        await Over(store, store).RunAsync(Token);
    }

    [Theory]
    [InlineData("production.json", "{\n  // ours\n}\n")]
    [InlineData("production.yaml", "# ours\nother: 1\n")]
    [InlineData("base.json", """{ "feature_flags": { "contract_kept": { "enabled": true, "parameters": { "shared": 1 } } } }""")]
    public async Task ConfigurationFeatureFlagStore_keeps_the_contract(string file, string text)
    {
        await using var folder = new HistoryFolder();
        folder.Write(file, text);
        folder.Write("production.json", file == "base.json" ? "{ }" : text);
        if (file.EndsWith(".yaml", StringComparison.Ordinal))
            File.Delete(folder.Path("production.json"));
        HistoryHost host = await folder.StartAsync();
        IFeatureFlagStore store = host.Get<IFeatureFlagStore>();
        Assert.IsType<ConfigurationFeatureFlagStore>(store);
        await new FeatureFlagStoreContract(store, ReplaceAsync).RunAsync(Token);

        Assert.Empty((await host.VerifyAsync()).Findings);
        if (file != "base.json")
            Assert.Contains("ours", folder.Read(file), StringComparison.Ordinal);

        Task ReplaceAsync(IReadOnlyList<FeatureFlagDefinition> flags, CancellationToken cancellationToken)
        {
            ConfigurationUpdate update = new("somebody", "a file") { Layer = ConfigurationLayer.Environment };
            FeatureFlagDefinition[] hidden = file == "base.json" && !flags.Any(f => f.Name == "contract_kept")
                ? [new("contract_kept", ConfigurationNode.Scalar(ConfigurationNodeKind.Null, null))] : [];
            update.SetJson("feature_flags", ConfigurationJson.ToJson(new FeatureFlagSet([.. flags, .. hidden]).ToNode().Find("feature_flags")!));
            update.SetJson("feature_segments", "{}");
            return host.Configuration.UpdateAsync(update, cancellationToken);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StateFeatureFlagStore_keeps_the_contract(bool isSqlite)
    {
        using var folder = new StateFolder();
        using SqliteStateStore? sqlite = isSqlite ? folder.Open() : null;
        IStateStore state = sqlite ?? (IStateStore)new InMemoryStateStore(new StateOptions(), TimeProvider.System);
        using StateFeatureFlagStore store = Open(state);
        using StateFeatureFlagStore other = Open(state);
        await new FeatureFlagStoreContract(store, async (flags, cancellationToken) =>
        {
            FeatureFlagSet present = await other.LoadAsync(cancellationToken);
            await other.WriteAsync(
                new FeatureFlagWrite
                {
                    Author = "another process",
                    Reason = "the contract",
                    Flags = [.. present.Definitions.Select(d => KeyValuePair.Create(d.Name, (ConfigurationNode?)null)), .. flags.Select(f => KeyValuePair.Create(f.Name, (ConfigurationNode?)f.Node))],
                    Segments = [.. present.Segments.Select(s => KeyValuePair.Create(s.Name, (ConfigurationNode?)null))],
                },
                cancellationToken);
        }).RunAsync(Token);
    }

    [Fact]
    public async Task ReadOnly_store_passes_with_the_rules_of_reading()
    {
        using var store = new InMemoryFeatureFlagStore();
        await Over(new Faulty(store, "read-only"), store).RunAsync(Token);
    }

    [Theory]
    [InlineData("no compare-and-swap", "did not throw FeatureFlagConflictException")]
    [InlineData("torn", "LoadAsync gave")]
    [InlineData("two winners", "2 succeeded")]
    [InlineData("silent", "did not fire")]
    [InlineData("no author", "The history has version")]
    [InlineData("oldest first", "The history has version")]
    [InlineData("no versions", "without a version")]
    [InlineData("one version", "have the version")]
    [InlineData("no segments", "A segment that was written")]
    [InlineData("case", "LoadAsync gave")]
    [InlineData("cancellation", "WriteAsync with a cancelled token")]
    public async Task Broken_store_is_found_out(string fault, string expected)
    {
        using var store = new InMemoryFeatureFlagStore();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        Task run = Over(new Faulty(store, fault), store, time).RunAsync(Token);
        while (fault == "silent" && !run.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        var error = await Assert.ThrowsAsync<ContractException>(() => run);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static StateFeatureFlagStore Open(IStateStore state) =>
        new(state, "production", TimeProvider.System, NullLogger<StateFeatureFlagStore>.Instance);

    private static FeatureFlagStoreContract Over(IFeatureFlagStore store, InMemoryFeatureFlagStore backend, TimeProvider? time = null) => new(
        store,
        (flags, _) =>
        {
            backend.Replace(flags);
            return Task.CompletedTask;
        },
        time);

    private sealed class Faulty(InMemoryFeatureFlagStore inner, string fault) : IFeatureFlagStore
    {
        private bool _silent;

        public async ValueTask<FeatureFlagSet> LoadAsync(CancellationToken cancellationToken) => Distort(await inner.LoadAsync(cancellationToken));

        public Microsoft.Extensions.Primitives.IChangeToken GetChangeToken() => _silent
            ? new Microsoft.Extensions.Primitives.CancellationChangeToken(CancellationToken.None)
            : inner.GetChangeToken();

        public async Task<FeatureFlagSet> WriteAsync(FeatureFlagWrite write, CancellationToken cancellationToken)
        {
            _silent = fault == "silent";
            write = fault switch
            {
                "read-only" => throw new NotSupportedException("read-only"),
                "no compare-and-swap" => write with { ExpectedVersion = null },
                "two winners" when write.Reason.EndsWith("races", StringComparison.Ordinal) => write with { ExpectedVersion = null },
                "torn" => write with { Flags = [.. write.Flags.Take(1)] },
                "no author" => write with { Author = "the system" },
                "no segments" => write with { Segments = [] },
                _ => write,
            };
            if (fault == "case" && write.Flags is [{ Key: "CONTRACT_KEPT" }])
                write = write with { Flags = [KeyValuePair.Create("contract_KEPT2", write.Flags[0].Value)] };
            return Distort(await inner.WriteAsync(write, fault == "cancellation" ? CancellationToken.None : cancellationToken));
        }

        public IAsyncEnumerable<FeatureFlagRevision> GetHistoryAsync(CancellationToken cancellationToken) => fault == "oldest first"
            ? inner.GetHistoryAsync(cancellationToken).Reverse()
            : inner.GetHistoryAsync(cancellationToken);

        private FeatureFlagSet Distort(FeatureFlagSet set) => fault switch
        {
            "no versions" => new FeatureFlagSet(set.Definitions, set.Segments),
            "one version" => new FeatureFlagSet(set.Definitions, set.Segments, "1"),
            _ => set,
        };
    }
}
