using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.Promotion;
using Varai.State;
using Varai.Tests.TestResources;

namespace Varai.Tests.Configuration.Sources;

/// <summary>What configuration does with files, it does with documents of the state store.</summary>
public sealed class StateEnvironmentTests : IAsyncDisposable
{
    private const string Production = "\uFEFF{\r\n  // ours\r\n  \"orders\": { \"items\": 50 }, /* agreed */\r\n}\r\n";

    private readonly TemporaryFolder _folder = new();
    private StateNodes? _nodes;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private StateNodes Nodes => _nodes!;

    [Theory]
    [InlineData(StateKind.Memory)]
    [InlineData(StateKind.Sqlite)]
    public async Task Update_ChangesTheValuesTextAndNothingElse_AndIsSeenByTheOtherNode(string kind)
    {
        Use(kind).Write("base.yaml", "orders:\n  zones: [eu] # all\n").Write("production.json", Production);
        IHost one = await Nodes.StartAsync("one");
        IHost two = await Nodes.StartAsync("two");

        ConfigurationVersion version = await StateNodes.SetAsync(one, "orders:items", 60);

        Assert.Equal("60", StateNodes.Value(one, "orders:items"));
        Assert.Equal("eu", StateNodes.Value(one, "orders:zones:0"));
        await StateNodes.UntilAsync(() => StateNodes.Value(two, "orders:items") == "60");
        Assert.Equal(Production.Replace("50", "60", StringComparison.Ordinal), await StateNodes.TextAsync(two, "production.json"));
        Assert.Equal((2, "ann", "set orders:items", ConfigurationChangeSource.Update), (version.Number, version.Author, version.Reason, version.Source));
        List<ConfigurationVersion> versions = await StateNodes.VersionsAsync(two);
        Assert.Equal([ConfigurationChangeSource.Import, ConfigurationChangeSource.Update], versions.Select(v => v.Source));
        Assert.Empty((await StateNodes.Of(two).VerifyHistoryAsync(cancellationToken: Token)).Findings);
        Assert.Equal(version.Hash, (await StateNodes.Of(two).GetCurrentVersionAsync(Token))!.Hash);
    }

    [Theory]
    [InlineData(StateKind.Memory)]
    [InlineData(StateKind.Sqlite)]
    public async Task Update_EightWritersOnTwoNodes_LoseNothing(string kind)
    {
        const int Each = 5;
        Use(kind).Write("production.json", """{ "count": 0 }""");
        IHost[] hosts = [await Nodes.StartAsync("one"), await Nodes.StartAsync("two")];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                for (int i = 0; i < Each; i++)
                {
                    await StateNodes.SetAsync(hosts[writer % 2], $"writer{writer}", i);
                    await AddOneAsync(hosts[writer % 2]);
                }
            },
            Token)));

        string text = (await StateNodes.TextAsync(hosts[0], "production.json"))!;
        Assert.Contains($"\"count\": {8 * Each}", text, StringComparison.Ordinal);
        Assert.All(Enumerable.Range(0, 8), w => Assert.Contains($"\"writer{w}\": {Each - 1}", text, StringComparison.Ordinal));
        Assert.Equal(1 + (2 * 8 * Each), (await StateNodes.VersionsAsync(hosts[1])).Count);
        Assert.Empty((await StateNodes.Of(hosts[1]).VerifyHistoryAsync(cancellationToken: Token)).Findings);
        await StateNodes.UntilAsync(() => hosts.All(h => StateNodes.Value(h, "count") == $"{8 * Each}"));
    }

    [Theory]
    [InlineData(StateKind.Memory)]
    [InlineData(StateKind.Sqlite)]
    public async Task Restore_BringsTheDocumentBackByteForByte_AndExplainNamesItsPlace(string kind)
    {
        Use(kind).Write("production.json", Production);
        IHost host = await Nodes.StartAsync();
        await StateNodes.SetAsync(host, "orders:items", 60);

        ConfigurationVersion version = await StateNodes.Of(host).RestoreAsync(new ConfigurationRestore(1, "bob", "back"), Token);

        Assert.Equal((3, ConfigurationChangeSource.Restore), (version.Number, version.Source));
        Assert.Equal(Production, await StateNodes.TextAsync(host, "production.json"));
        ConfigurationExplanation explained = await StateNodes.Of(host).ExplainAsync("orders:items", Token);
        Assert.StartsWith("state:production.json:3", explained.Origin!.ToString(), StringComparison.Ordinal);
        Assert.Equal(("50", 3), (explained.Value, explained.Version!.Number));
    }

    [Theory]
    [InlineData(StateKind.Memory)]
    [InlineData(StateKind.Sqlite)]
    public async Task Update_OfBase_IsOneCommitWithTheVersionsOfAllThatShareIt(string kind)
    {
        Use(kind).Write("base.json", """{ "limit": 5 }""").Write("production.json", "{}").Write("staging.json", """{ "least": 3 }""");
        IHost host = await Nodes.StartAsync(configure: v => v.AddConfigurationRule("limit", c =>
        {
            if (c.Root.FindKey("least") is not null && c.Root.FindKey("limit")!.Text == "1")
                c.Error("limit", "The limit is too low.");
        }));
        IStateStore store = host.Services.GetRequiredService<IStateStore>();
        long before = await store.GetRevisionAsync(Token);

        await Assert.ThrowsAsync<ConfigurationException>(() => BaseAsync(1));
        Assert.Equal(before, await store.GetRevisionAsync(Token));
        await BaseAsync(4);

        Assert.Equal(before + 1, await store.GetRevisionAsync(Token));
        Assert.Equal("4", StateNodes.Value(host, "limit"));
        Assert.Equal([1, 2], (await StateNodes.VersionsAsync(host, "staging")).Select(v => v.Number));
        Assert.Equal([1, 2], (await StateNodes.VersionsAsync(host)).Select(v => v.Number));

        Task BaseAsync(long limit) => StateNodes.Of(host).UpdateAsync(
            new ConfigurationUpdate("ann", "why") { Layer = ConfigurationLayer.Base }.Set("limit", limit), Token);
    }

    [Fact]
    public async Task Update_ThatChangesNothingButText_MakesNoVersion_AndOneThatChangesNothingNoCommit()
    {
        Use(StateKind.Memory).Write("production.json", """{ "zones": [ "eu" ] }""");
        IHost host = await Nodes.StartAsync();
        IStateStore store = host.Services.GetRequiredService<IStateStore>();

        ConfigurationVersion version = await ZonesAsync("""["eu"]""");
        long revision = await store.GetRevisionAsync(Token);
        await ZonesAsync("""["eu"]""");

        Assert.Equal(1, version.Number);
        Assert.Equal("""{ "zones": ["eu"] }""", await StateNodes.TextAsync(host, "production.json"));
        Assert.Equal(revision, await store.GetRevisionAsync(Token));

        Task<ConfigurationVersion> ZonesAsync(string json) =>
            StateNodes.Of(host).UpdateAsync(new ConfigurationUpdate("ann", "why").SetJson("zones", json), Token);
    }

    [Fact]
    public async Task Update_OfTheLocalLayer_IsRefused()
    {
        Use(StateKind.Memory).Write("production.json", "{}");
        IHost host = await Nodes.StartAsync();

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => StateNodes.Of(host).UpdateAsync(
            new ConfigurationUpdate("ann", "why") { Layer = ConfigurationLayer.Local }.Set("a", 1), Token));

        Assert.Contains("no machine has a layer of its own", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Update_WithAnOldHash_IsAConflict_AlsoWhenAnotherNodeWasFaster()
    {
        Use(StateKind.Memory).Write("production.json", """{ "a": 1 }""");
        IHost one = await Nodes.StartAsync("one", options: o => o.Configuration.Watch = false);
        IHost two = await Nodes.StartAsync("two");
        string old = StateNodes.Of(one).Current.ContentHash;
        await StateNodes.SetAsync(two, "a", 2);

        await Assert.ThrowsAsync<ConfigurationConflictException>(() => StateNodes.Of(one).UpdateAsync(
            new ConfigurationUpdate("ann", "why") { ExpectedContentHash = old }.Set("a", 3), Token));

        Assert.Equal("""{ "a": 2 }""", await StateNodes.TextAsync(one, "production.json"));
    }

    [Theory]
    [InlineData(StateKind.Memory)]
    [InlineData(StateKind.Sqlite)]
    public async Task Schemas_LieInTheStoreToo_AndRefuseAnUpdate(string kind)
    {
        Use(kind).Write("production.json", """{ "orders": { "items": 5 } }""")
            .Write("schema.json", """{ "$ref": "schemas/orders.json#/$defs/all" }""")
            .Write("schemas/orders.json", """{ "$defs": { "all": { "properties": { "orders": { "required": ["items"] } } } }, "properties": { "items": { "maximum": 10 } } }""");
        IHost host = await Nodes.StartAsync();

        ConfigurationException error = await Assert.ThrowsAsync<ConfigurationException>(() => StateNodes.SetAsync(host, "orders:items", 11));

        ConfigurationError found = Assert.Single(error.Errors);
        Assert.Equal(("orders:items", "state:production.json:1:24"), (found.Key, found.Origin.ToString()));
        Assert.Equal("5", StateNodes.Value(host, "orders:items"));
        await Assert.ThrowsAsync<ConfigurationException>(() => StateNodes.Of(host).UpdateAsync(new ConfigurationUpdate("ann", "why").Remove("orders:items"), Token));
    }

    [Fact]
    public async Task Document_ThatIsBroken_IsRefusedWithItsPlace_AndStopsAStart()
    {
        Use(StateKind.Memory).Write("production.json", """{ "a": 1 }""");
        IHost host = await Nodes.StartAsync();
        IStateStore store = host.Services.GetRequiredService<IStateStore>();
        await store.CommitAsync(new StateTransaction().Put("environments/files/production.json", "{\n  \"a\": 2,\n  \"a\": 3\n}"u8.ToArray()), Token);

        await StateNodes.UntilAsync(() => !StateNodes.Of(host).Status.IsCurrent);

        ConfigurationError error = Assert.Single(StateNodes.Of(host).Status.Errors);
        Assert.Equal(("a", "state:production.json", 3), (error.Key, error.Origin.File, error.Origin.Line));
        Assert.Equal("1", StateNodes.Value(host, "a"));
        ConfigurationException start = await Assert.ThrowsAsync<ConfigurationException>(() => Nodes.StartAsync("two"));
        Assert.Contains("state:production.json:3", start.Message, StringComparison.Ordinal);

        await store.CommitAsync(new StateTransaction().Put("environments/files/production.json", """{ "a": 4 }"""u8.ToArray()), Token);
        await StateNodes.UntilAsync(() => StateNodes.Value(host, "a") == "4");
    }

    [Fact]
    public async Task Format_ThatIsNewer_IsRefused()
    {
        Use(StateKind.Memory).Write("production.json", "{}");
        IHost host = await Nodes.StartAsync();
        await host.Services.GetRequiredService<IStateStore>().CommitAsync(new StateTransaction().Put("environments/head", "2 7"u8.ToArray()), Token);

        StateException error = await Assert.ThrowsAsync<StateException>(() => StateNodes.SetAsync(host, "a", 1));

        Assert.Contains("a newer one may have written them", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_ValidatedOnStart_SeeTheStore()
    {
        Use(StateKind.Memory).Write("production.json", """{ "shop": { "Name": "ours" } }""");
        IHost host = await Nodes.StartAsync("one", before: AddShop);
        Assert.Equal("ours", host.Services.GetRequiredService<IOptions<Shop>>().Value.Name);
        await StateNodes.Of(host).UpdateAsync(new ConfigurationUpdate("ann", "why").Remove("shop:Name"), Token);

        await Assert.ThrowsAsync<OptionsValidationException>(() => Nodes.StartAsync("two", before: AddShop));

        static void AddShop(HostApplicationBuilder builder) => builder.Services.AddOptions<Shop>()
            .Configure<IConfiguration>((shop, configuration) => shop.Name = configuration["shop:Name"])
            .Validate(shop => shop.Name is not null)
            .ValidateOnStart();
    }

    [Fact]
    public async Task Flags_AndSecretReferences_WorkAsWithFiles()
    {
        Use(StateKind.Memory).Secrets.Set("db", "s3cr3t-canary");
        Nodes.Write("production.json", """{ "db": "pw=${secret:db}", "feature_flags": { "new": false } }""");
        IHost one = await Nodes.StartAsync("one");
        IHost two = await Nodes.StartAsync("two");

        await StateNodes.Of(one).UpdateAsync(new ConfigurationUpdate("ann", "why").Set("feature_flags:new", true), Token);

        Assert.Equal("pw=s3cr3t-canary", StateNodes.Value(two, "db"));
        await StateNodes.UntilAsync(() => two.Services.GetRequiredService<IFeatureFlags>().IsFeatureEnabled("new"));
    }

    [Fact]
    public async Task Start_OnAnEmptyStore_HasNoValuesAndSaysSo_UntilTheyAreImported()
    {
        Use(StateKind.Memory);
        IHost host = await Nodes.StartAsync();
        Assert.Contains(Nodes.Logs.GetSnapshot(), l => l.Id.Id == 1016);
        Assert.Null(StateNodes.Value(host, "a"));

        await StateNodes.SetAsync(host, "a", 1);

        Assert.Equal("1", StateNodes.Value(host, "a"));
        Assert.Equal("{\n  \"a\": 1\n}\n", await StateNodes.TextAsync(host, "production.json"));
        Assert.Equal("ann", Assert.Single(await StateNodes.VersionsAsync(host)).Author);
    }

    [Fact]
    public async Task Start_WithFilesBesideTheStore_DoesNotReadThem()
    {
        Use(StateKind.Memory).Write("production.json", """{ "a": 1 }""");
        string files = Path.Combine(Nodes.NodeRoot("one"), "config", "environments");
        Directory.CreateDirectory(files);
        await File.WriteAllTextAsync(Path.Combine(files, "production.json"), "{ broken", Token);

        IHost host = await Nodes.StartAsync();

        Assert.Equal("1", StateNodes.Value(host, "a"));
    }

    [Theory]
    [InlineData(StateKind.Memory)]
    [InlineData(StateKind.Sqlite)]
    public async Task Promotion_GoesFromStageToStage_AndIsTakenBack(string kind)
    {
        const string Staging = "{\n  // staging's\n  \"api\": { \"timeout\": 5 }\n}\n";
        Use(kind).Write("development.json", """{ "api": { "timeout": 10, "retries": 3 } }""").Write("staging.json", Staging)
            .Write("production.json", """{ "own": 1 }""");
        IHost host = await Nodes.StartAsync("one", v => v.AddPromotion(o => o.LockWait = TimeSpan.Zero));
        IHost other = await Nodes.StartAsync("two");
        var engine = host.Services.GetRequiredService<IPromotionEngine>();

        PromotionRecord first = await engine.PromoteAsync("development", "staging", ["api"], "ann", "release", Token);
        PromotionRecord second = await engine.PromoteAsync("staging", "production", ["api"], "ann", "release", Token);
        Assert.Equal((PromotionState.Succeeded, PromotionState.Succeeded), (first.State, second.State));
        await StateNodes.UntilAsync(() => StateNodes.Value(other, "api:retries") == "3");
        Assert.Equal(ConfigurationChangeSource.Promotion, (await StateNodes.VersionsAsync(other)).Last().Source);

        await engine.RollbackAsync(new PromotionRollback(second.Id, "bob", "it broke"), progress: null, Token);
        await engine.RollbackAsync(new PromotionRollback(first.Id, "bob", "it broke"), progress: null, Token);

        await StateNodes.UntilAsync(() => StateNodes.Value(other, "api:retries") is null);
        Assert.Equal("""{ "own": 1 }""", await StateNodes.TextAsync(other, "production.json"));
        Assert.Equal(Staging, await StateNodes.TextAsync(other, "staging.json"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_nodes is not null)
            await _nodes.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task AddOneAsync(IHost host)
    {
        while (true)
        {
            ConfigurationSnapshot now = await host.Services.GetRequiredService<IConfigurationDocuments>()
                .ReadAsync(ConfigurationReference.Files("production"), Token);
            long count = long.Parse(now.Root.FindKey("count")!.Text!, null);
            try
            {
                await StateNodes.Of(host).UpdateAsync(
                    new ConfigurationUpdate("ann", "one more") { ExpectedContentHash = now.ContentHash }.Set("count", count + 1), Token);
                return;
            }
            catch (ConfigurationConflictException)
            {
                // Another was faster.
            }
        }
    }

    private StateNodes Use(string kind) => _nodes = StateKind.Nodes(kind, _folder);

    private sealed class Shop
    {
        [Required]
        public string? Name { get; set; }
    }
}
