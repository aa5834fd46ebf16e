using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Varai.Configuration;
using Varai.FeatureFlags;
using Varai.Tests.Hosting;

namespace Varai.Tests.FeatureFlags.Definitions;

public sealed class HostFlagSectionsTests
{
    private const string AppSettings = """
        {
          "feature_management": { "feature_flags": [
            { "id": "a", "enabled": true, "description": "kept" },
            { "id": "b", "enabled": false },
            { "id": "both", "enabled": true } ] },
          "FeatureManagement": { "old": true, "both": false, "filtered": { "EnabledFor": [ { "Name": "AlwaysOn" } ] } }
        }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AppSettings_AreReadAndLayeredByIdNotByPosition()
    {
        await using VaraiHost host = new VaraiHost();
        host.Folder.Write("appsettings.json", AppSettings);
        host.Folder.Write(
            "appsettings.Production.json", """{ "feature_management": { "feature_flags": [ { "id": "B", "enabled": true } ] }, "FeatureManagement": { "OLD": false } }""");
        host.Builder.Configuration.AddJsonFile("appsettings.json").AddJsonFile("appsettings.Production.json");
        host.Builder.AddVarai();
        await host.App.StartAsync(Token);

        var flags = host.App.Services.GetRequiredService<IFeatureFlags>();
        Assert.True(flags.IsFeatureEnabled("a"));
        Assert.True(flags.IsFeatureEnabled("b"));
        Assert.True(flags.IsFeatureEnabled("both"));
        Assert.False(flags.IsFeatureEnabled("old"));
        Assert.True(flags.IsFeatureEnabled("filtered"));
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task EnvironmentsOwnFiles_LieOverTheHostsAndMergeById()
    {
        await using VaraiHost host = new VaraiHost()
            .Write("base.json", """{ "feature_management": { "feature_flags": [ { "id": "a", "enabled": false }, { "id": "c", "enabled": false } ] } }""")
            .Write("production.json", """{ "feature_management": { "feature_flags": [ { "id": "c", "enabled": true } ] }, "feature_flags": { "b": true } }""");
        host.Folder.Write("appsettings.json", AppSettings);
        host.Builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Json.JsonConfigurationSource { Path = "appsettings.json", FileProvider = host.Builder.Environment.ContentRootFileProvider });
        host.Builder.AddVarai();
        await host.App.StartAsync(Token);

        var flags = host.App.Services.GetRequiredService<IFeatureFlags>();
        Assert.False(flags.IsFeatureEnabled("a"));
        Assert.True(flags.IsFeatureEnabled("b"));
        Assert.True(flags.IsFeatureEnabled("c"));
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task AppSettings_Malformed_NameFileLineAndKey()
    {
        await using VaraiHost host = new VaraiHost();
        host.Folder.Write("appsettings.json", "{\n  \"feature_management\": { \"feature_flags\": [\n    { \"id\": \"a\", \"enabled\": \"perhaps\" } ] }\n}");
        host.Builder.Configuration.AddJsonFile("appsettings.json");
        host.Builder.AddVarai();
        await host.App.StartAsync(Token);

        var store = host.App.Services.GetRequiredService<IFeatureFlagStore>();
        FeatureFlagSet set = await store.LoadAsync(Token);
        var compiler = host.App.Services.GetRequiredService<Varai.FeatureFlags.Evaluation.FlagSetCompiler>();
        var error = Assert.Throws<ConfigurationException>(() => compiler.Compile(set, "production", 1));
        Assert.Equal(
            "appsettings.json:3:29: feature_management:feature_flags:a:enabled: Whether a feature flag is on must be a boolean. (expected true or false, found a string)",
            Assert.Single(error.Errors).ToString());
        await host.App.StopAsync(Token);
    }

    [Fact]
    public async Task OtherSources_AreReadByTheirKeys()
    {
        await using VaraiHost host = new VaraiHost();
        host.Builder.Configuration.AddInMemoryCollection(
        [
            new("feature_management:feature_flags:0:id", "a"), new("feature_management:feature_flags:0:enabled", "True"),
            new("feature_management:feature_flags:10:id", "late"), new("feature_management:feature_flags:10:enabled", "true"),
            new("FeatureManagement:old", "True"),
        ]);
        host.Builder.AddVarai();
        await host.App.StartAsync(Token);

        var flags = host.App.Services.GetRequiredService<IFeatureFlags>();
        Assert.Equal(["a", "late", "old"], flags.FeatureNames);
        Assert.True(flags.IsFeatureEnabled("a") && flags.IsFeatureEnabled("late") && flags.IsFeatureEnabled("old"));
        await host.App.StopAsync(Token);
    }
}
