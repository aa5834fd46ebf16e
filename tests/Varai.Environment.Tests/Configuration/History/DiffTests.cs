using Varai.Configuration;

namespace Varai.Tests.Configuration.History;

public sealed class DiffTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Diff_compares_versions_environments_and_files_in_the_direction_asked_for()
    {
        await using var folder = new HistoryFolder();
        folder.Write("base.json", """{ "shared": 1 }""");
        folder.Write("production.json", """{ "a": 0 }""");
        folder.Write("staging.yaml", "a: 7\nextra: [1]\n");
        HistoryHost host = await folder.StartAsync();
        await host.UpdateAsync("a", 1);
        await host.UpdateAsync("b", 2);
        Assert.Equal(["~ a = 0 -> 1", "+ b = 2"], await Diff(ConfigurationReference.Version(1), ConfigurationReference.Version(3)));
        Assert.Equal(["~ a = 1 -> 0", "- b = 2"], await Diff(ConfigurationReference.Version(3), ConfigurationReference.Version(1)));
        Assert.Empty(await Diff(ConfigurationReference.Version(3), ConfigurationReference.Files()));
        Assert.Equal(
            ["~ a = 1 -> 7", "- b = 2", "+ extra = [1]"],
            await Diff(ConfigurationReference.Files("production"), ConfigurationReference.Files("staging")));
        Assert.Equal(
            ["~ a = 7 -> 0", "- extra = [1]"],
            await Diff(ConfigurationReference.Files("staging"), ConfigurationReference.Version(1, "production")));

        async Task<string[]> Diff(ConfigurationReference from, ConfigurationReference to) =>
            [.. (await host.Configuration.DiffAsync(from, to, Token)).Select(d => d.ToString())];
    }

    [Fact]
    public async Task Diff_with_a_side_that_does_not_exist_or_is_invalid_says_which_there_are()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 0 }""");
        folder.Write("staging.json", """{ "a": """);
        HistoryHost host = await folder.StartAsync();
        Assert.Equal("There is no version 7 of 'production'; the newest is 1.", await FailAsync(ConfigurationReference.Version(7)));
        Assert.Equal("There is no version 1 of 'staging'; none is recorded.", await FailAsync(ConfigurationReference.Version(1, "staging")));
        Assert.Equal(
            "There is no environment 'prodction' in config/environments; there are production, staging.",
            await FailAsync(ConfigurationReference.Files("prodction")));
        Assert.StartsWith("The files of 'staging' are not valid:\n  config/environments/staging.json:1:", await FailAsync(ConfigurationReference.Files("staging")), StringComparison.Ordinal);

        async Task<string> FailAsync(ConfigurationReference side) => (await Assert.ThrowsAsync<ConfigurationException>(
            () => host.Configuration.DiffAsync(ConfigurationReference.Files(), side, Token))).Message;
    }

    [Fact]
    public async Task Every_call_with_a_cancelled_token_is_cancelled_and_changes_nothing()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 0 }""");
        HistoryHost host = await folder.StartAsync();
        await host.GetVersionsAsync();
        IEnvironmentConfiguration configuration = host.Configuration;
        var cancelled = new CancellationToken(canceled: true);
        Func<Task>[] calls =
        [
            () => configuration.UpdateAsync(new ConfigurationUpdate("m", "r").Set("a", 1), cancelled),
            () => configuration.RestoreAsync(new ConfigurationRestore(1, "m", "r"), cancelled),
            () => configuration.DiffAsync(ConfigurationReference.Files(), ConfigurationReference.Files(), cancelled),
            () => configuration.ExplainAsync("a", cancelled),
            () => configuration.VerifyHistoryAsync(cancellationToken: cancelled),
            () => configuration.GetCurrentVersionAsync(cancelled),
            async () =>
            {
                await foreach (ConfigurationVersion version in configuration.GetHistoryAsync(cancellationToken: cancelled))
                    Assert.Fail(version.ToString());
            },
        ];
        foreach (Func<Task> call in calls)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(call);
        Assert.Equal("""{ "a": 0 }""", folder.Read("production.json"));
        Assert.Single(await host.GetVersionsAsync());
    }
}
