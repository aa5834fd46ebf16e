using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.PostgreSql.Tests.Server;
using Varai.Promotion;
using Varai.State;
using Varai.Tests.Configuration.Sources;

namespace Varai.PostgreSql.Tests.Configuration;

/// <summary>Environments in a database that several nodes share.</summary>
public sealed class PostgreSqlEnvironmentTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_OnOneNode_IsSeenByTheOther_AndEightWritersLoseNothing()
    {
        server.Require();
        await using StateNodes nodes = Use(server);
        nodes.Write("production.json", """{ "count": 0 /* kept */ }""");
        IHost[] hosts = await Task.WhenAll(nodes.StartAsync("one"), nodes.StartAsync("two"));
        await StateNodes.SetAsync(hosts[0], "count", 1);
        await StateNodes.UntilAsync(() => StateNodes.Value(hosts[1], "count") == "1");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(
            async () =>
            {
                for (int i = 0; i < 5; i++)
                    await StateNodes.SetAsync(hosts[writer % 2], $"writer{writer}:step{i}", i);
            },
            Token)));

        string text = (await StateNodes.TextAsync(hosts[0], "production.json"))!;
        Assert.Contains("/* kept */", text, StringComparison.Ordinal);
        ConfigurationSnapshot document = await hosts[1].Services.GetRequiredService<IConfigurationDocuments>()
            .ReadAsync(ConfigurationReference.Files("production"), Token);
        Assert.All(Enumerable.Range(0, 40), n => Assert.Equal($"{n % 5}", document.Root.FindKey($"writer{n / 5}:step{n % 5}")!.Text));
        Assert.Equal(42, (await StateNodes.VersionsAsync(hosts[1])).Count);
        Assert.Empty((await StateNodes.Of(hosts[1]).VerifyHistoryAsync(cancellationToken: Token)).Findings);
    }

    [Fact]
    public async Task Promotion_GoesFromStageToStage_AndIsTakenBack()
    {
        server.Require();
        await using StateNodes nodes = Use(server);
        nodes.Write("development.json", """{ "api": { "timeout": 10 } }""").Write("staging.json", "{ /* s */ }").Write("production.json", """{ "own": 1 /* p */ }""");
        IHost host = await nodes.StartAsync("one", v => v.AddPromotion());
        IHost other = await nodes.StartAsync("two");
        var engine = host.Services.GetRequiredService<IPromotionEngine>();

        await engine.PromoteAsync("development", "staging", ["api"], "ann", "release", Token);
        PromotionRecord record = await engine.PromoteAsync("staging", "production", ["api"], "ann", "release", Token);
        await StateNodes.UntilAsync(() => StateNodes.Value(other, "api:timeout") == "10");
        await engine.RollbackAsync(new PromotionRollback(record.Id, "bob", "it broke"), progress: null, Token);

        await StateNodes.UntilAsync(() => StateNodes.Value(other, "api:timeout") is null);
        Assert.Equal("""{ "own": 1 /* p */ }""", await StateNodes.TextAsync(other, "production.json"));
    }

    [Fact]
    public async Task Seed_OfManyNodesAtOnce_IsImportedOnce()
    {
        server.Require();
        await using StateNodes nodes = Use(server);
        nodes.Write("production.json", """{ "a": 1 }""");

        IHost[] hosts = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => Task.Run(() => nodes.StartAsync($"node{i}"), Token)));

        Assert.All(hosts, h => Assert.Equal("1", StateNodes.Value(h, "a")));
        Assert.Single(await StateNodes.VersionsAsync(hosts[0]));
    }

    [Fact]
    public async Task Outage_ReadersGoOn_ARestartedNodeStarts_AndBothCatchUp()
    {
        server.Require();
        await using var own = new PostgreSqlServer();
        await own.InitializeAsync();
        await using StateNodes nodes = Use(own);
        nodes.Secrets.Set("db", "s3cr3t-canary");
        nodes.Write("production.json", """{ "a": 1, "db": "${secret:db}" }""");
        IHost running = await nodes.StartAsync("running", v => v.UseStateFeatureFlags());
        IHost restarted = await nodes.StartAsync("restarted", v => v.UseStateFeatureFlags());
        await EditAsync(running, "true");
        await StateNodes.SetAsync(running, "a", 2);
        string kept = Path.Combine(nodes.NodeRoot("restarted"), ".varai");
        await StateNodes.UntilAsync(() => StateNodes.Value(restarted, "a") == "2" && IsEnabled(restarted)
            && Text(kept, "flags").Contains("new", StringComparison.Ordinal) && Text(kept, "environments").Contains("\"a\": 2", StringComparison.Ordinal));
        await own.StopAsync();
        await nodes.StopAsync(restarted);

        Assert.Equal(("2", true), (StateNodes.Value(running, "a"), IsEnabled(running)));
        await Assert.ThrowsAsync<StateException>(() => StateNodes.SetAsync(running, "a", 3));
        restarted = await nodes.StartAsync("restarted", v => v.UseStateFeatureFlags());
        Assert.Equal(("2", "s3cr3t-canary", true), (StateNodes.Value(restarted, "a"), StateNodes.Value(restarted, "db"), IsEnabled(restarted)));
        Assert.Equal(HealthStatus.Degraded, (await StateNodes.HealthAsync(restarted)).Status);
        await Assert.ThrowsAsync<StateException>(() => StateNodes.SetAsync(restarted, "a", 3));
        await Assert.ThrowsAsync<StateException>(() => EditAsync(restarted, "false"));
        await Assert.ThrowsAsync<StateException>(() => nodes.StartAsync("fresh", options: o => o.Configuration.StartTimeout = TimeSpan.FromSeconds(1)));

        await own.StartAsync();
        await StateNodes.UntilAsync(() => StateNodes.Of(restarted).Status.LastKnownGoodFrom is null);
        await StateNodes.SetAsync(restarted, "a", 4);
        await EditAsync(restarted, "false");

        await StateNodes.UntilAsync(() => new[] { running, restarted }.All(h => StateNodes.Value(h, "a") == "4" && !IsEnabled(h)));
        Assert.Equal(HealthStatus.Healthy, (await StateNodes.HealthAsync(restarted)).Status);
        Assert.DoesNotContain("canary", Text(kept, "environments") + Text(kept, "flags"), StringComparison.Ordinal);
        Assert.DoesNotContain(nodes.Logs.GetSnapshot(), l => $"{l.Message}{l.Exception}".Contains("canary", StringComparison.Ordinal));
    }

    private static StateNodes Use(PostgreSqlServer server)
    {
        string schema = PostgreSqlServer.NewSchema();
        return new StateNodes(v => v.UsePostgreSqlState(server.ConnectionString(), o => o.Schema = schema));
    }

    private static string Text(string folder, string kind) =>
        Path.Combine(folder, "last-known-good.production." + kind) is var path && File.Exists(path) ? File.ReadAllText(path) : "";

    private static bool IsEnabled(IHost host) => host.Services.GetRequiredService<IFeatureFlags>().IsFeatureEnabled("new");

    private static Task EditAsync(IHost host, string json) =>
        host.Services.GetRequiredService<IFeatureFlagEditor>().ApplyAsync(new FeatureFlagEdit("ann", "why").Set("new", json), Token);
}
