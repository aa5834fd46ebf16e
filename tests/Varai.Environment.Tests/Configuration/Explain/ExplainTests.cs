using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Configuration;
using Varai.Tests.Configuration.History;

namespace Varai.Tests.Configuration.Explain;

public sealed class ExplainTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Explain_names_value_file_line_layers_and_who_made_it_so()
    {
        await using var folder = new HistoryFolder();
        folder.Write("base.json", "{\n  \"api\": { \"timeout\": 1, \"retries\": 2 },\n  \"zones\": [1]\n}");
        folder.Write("production.yaml", "api:\n  timeout: 5\n");
        folder.Write("production.local.json", "{ \"api\": {\n \"timeout\": 9 } }");
        HistoryHost host = await folder.StartAsync();
        await host.UpdateAsync("api:retries", 3, "peter", "more patience");
        await host.Configuration.UpdateAsync(
            new ConfigurationUpdate("maria", "slow days") { Layer = ConfigurationLayer.Local }.Set("api:timeout", 10), Token);
        await host.UpdateAsync("unrelated", 1, "zoe");

        ConfigurationExplanation timeout = await host.Configuration.ExplainAsync("api:timeout", Token);
        Assert.True(timeout.Exists);
        Assert.Equal(("10", ConfigurationLayer.Local), (timeout.Value, timeout.Layer));
        Assert.Equal(new ConfigurationOrigin("config/environments/production.local.json", 2, 13), timeout.Origin);
        Assert.Equal(
            ["Base 1 config/environments/base.json:2:23", "Environment 5 config/environments/production.yaml:2:12", "Local 10 config/environments/production.local.json:2:13"],
            timeout.Layers.Select(l => $"{l.Layer} {l.Value} {l.Origin}"));
        Assert.Equal((3L, "maria", "slow days"), (timeout.Version!.Number, timeout.Version.Author, timeout.Version.Reason));
        Assert.Null(timeout.OverriddenBy);
        Assert.Null(timeout.DidYouMean);
        Assert.StartsWith(
            "api:timeout = 10\n  from config/environments/production.local.json:2:13 (local layer)\n  overrides 5 from "
            + "config/environments/production.yaml:2:12\n  overrides 1 from config/environments/base.json:2:23\n  since version 3 by maria, ",
            timeout.ToString(), StringComparison.Ordinal);

        Assert.Equal("peter", (await host.Configuration.ExplainAsync("API:Retries", Token)).Version!.Author);
        ConfigurationExplanation zone = await host.Configuration.ExplainAsync("zones:0", Token);
        Assert.Equal(("1", "first version"), (zone.Value, zone.Version!.Reason));
        ConfigurationExplanation api = await host.Configuration.ExplainAsync("api", Token);
        Assert.Equal(("""{"retries":3,"timeout":10}""", "maria"), (api.Value, api.Version!.Author));
        ConfigurationExplanation zones = await host.Configuration.ExplainAsync("zones", Token);
        Assert.Equal(("[1]", ConfigurationLayer.Base), (zones.Value, zones.Layer));
    }

    [Fact]
    public async Task Explain_of_an_items_change_names_the_version_that_set_the_array()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "zones": [1, 2], "b": 0 }""");
        HistoryHost host = await folder.StartAsync();
        await host.Configuration.UpdateAsync(new ConfigurationUpdate("maria", "r").SetJson("zones", "[1, 3]"), Token);
        await host.UpdateAsync("b", 1, "peter");
        Assert.Equal("maria", (await host.Configuration.ExplainAsync("zones:1", Token)).Version!.Author);
        Assert.Equal("maria", (await host.Configuration.ExplainAsync("zones", Token)).Version!.Author);
    }

    [Fact]
    public async Task Explain_of_a_missing_key_suggests_the_nearest()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "api": { "timeout": 1 } }""");
        HistoryHost host = await folder.StartAsync();
        ConfigurationExplanation missing = await host.Configuration.ExplainAsync("api:timout", Token);
        Assert.False(missing.Exists);
        Assert.Null(missing.Value);
        Assert.Equal("api:timout does not exist; did you mean 'api:timeout'?", missing.ToString());
        Assert.Null((await host.Configuration.ExplainAsync("entirely:different", Token)).DidYouMean);
        await Assert.ThrowsAsync<ArgumentException>(() => host.Configuration.ExplainAsync("", Token));
    }

    [Fact]
    public async Task Explain_names_the_source_that_overrides_a_value_and_not_what_it_holds()
    {
        const string Variable = "VARAI_EXPLAIN_TEST";
        using var folder = new TestResources.TemporaryFolder();
        folder.Write("config/environments/production.json", """{ "varai_explain_test": 1, "group": { "of": { "a": 1 } }, "free": 1 }""");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = folder.Root, EnvironmentName = "production" });
        System.Environment.SetEnvironmentVariable(Variable, "s3cr3t-canary");
        try
        {
            builder.Configuration.AddEnvironmentVariables();
            builder.Configuration.AddInMemoryCollection([new("group:of:a", "s3cr3t-canary")]);
            builder.AddVarai().UseInMemoryState();
            builder.Configuration.AddCommandLine(["--group:of:a=s3cr3t-canary"]);
            using IHost host = builder.Build();
            await host.StartAsync(Token);
            var configuration = host.Services.GetRequiredService<IEnvironmentConfiguration>();
            ConfigurationExplanation one = await configuration.ExplainAsync(Variable.ToLowerInvariant(), Token);
            Assert.StartsWith("EnvironmentVariablesConfigurationProvider", one.OverriddenBy, StringComparison.Ordinal);
            Assert.Equal("1", one.Value);
            Assert.Contains("overridden in IConfiguration by EnvironmentVariablesConfigurationProvider", one.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("canary", one.ToString(), StringComparison.Ordinal);
            foreach (string key in new[] { "group", "group:of", "group:of:a" })
            {
                ConfigurationExplanation group = await configuration.ExplainAsync(key, Token);
                Assert.Equal("CommandLineConfigurationProvider", group.OverriddenBy);
                Assert.DoesNotContain("canary", group.ToString(), StringComparison.Ordinal);
            }

            Assert.Null((await configuration.ExplainAsync("free", Token)).OverriddenBy);
            await host.StopAsync(Token);
        }
        finally
        {
            System.Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Fact]
    public async Task Explain_of_ten_thousand_keys_and_a_hundred_versions_reads_each_version_once()
    {
        await using var folder = new HistoryFolder();
        IEnumerable<string> components = Enumerable.Range(0, 100).Select(
            c => $"\"c{c}\":{{{string.Join(',', Enumerable.Range(0, 100).Select(k => $"\"k{k}\":{k}"))}}}");
        folder.Write("base.json", $"{{{string.Join(',', components)}}}");
        folder.Write("production.json", """{ "n": 0 }""");
        HistoryHost host = await folder.StartAsync();
        await host.GetVersionsAsync();
        for (int i = 1; i < 100; i++)
            await host.UpdateAsync("n", i);

        folder.Store.Reset();
        Assert.Equal(1, (await host.Configuration.ExplainAsync("c1:k50", Token)).Version!.Number);
        Assert.InRange(folder.Store.Reads, 1, 110);
        folder.Store.Reset();
        Assert.Equal(100, (await host.Configuration.ExplainAsync("n", Token)).Version!.Number);
        Assert.InRange(folder.Store.Reads, 1, 4);
        folder.Store.Reset();
        Assert.Equal("c1:k50", (await host.Configuration.ExplainAsync("c1:kk50", Token)).DidYouMean);
        Assert.Equal((0, 0), (folder.Store.Reads, folder.Store.Commits));
    }
}
