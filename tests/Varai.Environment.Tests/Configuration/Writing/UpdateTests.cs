using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Varai.Configuration;
using Varai.State;
using Varai.Tests.Configuration.History;

namespace Varai.Tests.Configuration.Writing;

public sealed class UpdateTests
{
    private const string Json = """
        {
          // limits of the shop
          "orders": { "items": 50,   "express": true }, /* agreed in May */
            "zones": [ "eu", "us" ],
          "name": "shop", // trailing
        }

        """;

    private const string Yaml = """
        # limits of the shop
        orders:
          items: 50   # agreed in May
          express: true
        zones: [eu, us]

        name: "shop"

        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_of_json_changes_the_values_text_and_nothing_else()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", Json);
        HistoryHost host = await folder.StartAsync();
        await host.Configuration.UpdateAsync(
            new ConfigurationUpdate("m", "r").Set("orders:items", 60).Set("name", "\"new\" shop").SetJson("zones", """["eu"]"""), Token);
        Assert.Equal(
            Json.Replace("50", "60", StringComparison.Ordinal).Replace("\"shop\"", "\"\\\"new\\\" shop\"", StringComparison.Ordinal)
                .Replace("[ \"eu\", \"us\" ]", "[\"eu\"]", StringComparison.Ordinal),
            folder.Read("production.json"));
    }

    [Fact]
    public async Task Update_of_yaml_changes_the_values_text_and_nothing_else()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.yaml", Yaml);
        HistoryHost host = await folder.StartAsync();
        await host.Configuration.UpdateAsync(
            new ConfigurationUpdate("m", "r").Set("orders:items", 60).Set("orders:express", false).Remove("name"), Token);
        Assert.Equal(
            Yaml.Replace("50", "60", StringComparison.Ordinal).Replace("true", "false", StringComparison.Ordinal)
                .Replace("name: \"shop\"\n", "", StringComparison.Ordinal),
            folder.Read("production.yaml"));
        Assert.Null(host.Value("name"));
    }

    [Theory]
    [InlineData("production.json", "\uFEFF{\r\n  \"a\": 1, // one\r\n  \"b\": 2\r\n}\r\n", "\uFEFF{\r\n  \"a\": 3, // one\r\n  \"b\": 2\r\n}\r\n")]
    [InlineData("production.yaml", "\uFEFFa: 1 # one\r\nb: 2\r\n", "\uFEFFa: 3 # one\r\nb: 2\r\n")]
    public async Task Update_keeps_the_byte_order_mark_and_the_line_ends(string file, string before, string after)
    {
        await using var folder = new HistoryFolder();
        folder.Write(file, before);
        HistoryHost host = await folder.StartAsync();
        await host.UpdateAsync("a", 3);
        Assert.Equal(Encoding.UTF8.GetBytes(after), await File.ReadAllBytesAsync(folder.Path(file), Token));
        Assert.Equal("3", host.Value("a"));
    }

    [Fact]
    public async Task Update_of_several_keys_makes_all_or_none()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", Json);
        HistoryHost host = await folder.StartAsync();
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.Configuration.UpdateAsync(
            new ConfigurationUpdate("m", "r").Set("orders:items", 60).Set("name:below", 1), Token));
        Assert.Contains("name", error.Message, StringComparison.Ordinal);
        Assert.Equal(Json, folder.Read("production.json"));
        Assert.Equal("50", host.Value("orders:items"));
        Assert.Single(await host.GetVersionsAsync());
    }

    [Fact]
    public async Task Update_that_changes_nothing_returns_the_present_version_and_an_empty_one_is_refused()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", Json);
        HistoryHost host = await folder.StartAsync();
        Assert.Equal(1, (await host.UpdateAsync("orders:items", 50)).Number);
        Assert.Equal(Json, folder.Read("production.json"));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Configuration.UpdateAsync(new ConfigurationUpdate("m", "r"), Token));
    }

    [Fact]
    public async Task Update_that_only_changes_how_a_value_is_written_makes_no_version_and_leaves_no_note()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", Json);
        HistoryHost host = await folder.StartAsync();
        ConfigurationVersion version = await host.Configuration.UpdateAsync(
            new ConfigurationUpdate("m", "r").SetJson("zones", """["eu","us"]"""), Token);
        Assert.Equal(1, version.Number);
        Assert.Contains("""["eu","us"]""", folder.Read("production.json"), StringComparison.Ordinal);
        Assert.Empty(await VersionTests.PendingAsync(folder));
    }

    [Fact]
    public async Task Update_of_the_local_layer_makes_its_file()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 1 }""");
        HistoryHost host = await folder.StartAsync();
        ConfigurationVersion version = await host.Configuration.UpdateAsync(
            new ConfigurationUpdate("m", "r") { Layer = ConfigurationLayer.Local }.Set("a", 2), Token);
        Assert.Equal(["production.json", "production.local.json"], version.Files);
        Assert.Equal("{\n  \"a\": 2\n}\n", folder.Read("production.local.json"));
        Assert.Equal("2", host.Value("a"));
        Assert.Equal("""{ "a": 1 }""", folder.Read("production.json"));
    }

    [Fact]
    public async Task Update_of_base_is_checked_in_every_environment()
    {
        await using var folder = new HistoryFolder();
        folder.Write("base.json", """{ "limit": 5 }""");
        folder.Write("production.json", """{ "name": "p" }""");
        folder.Write("staging.json", """{ "name": "s", "least": 3 }""");
        HistoryHost host = await folder.StartAsync(configure: v => v.AddConfigurationRule("limit", c =>
        {
            if (c.Root.FindKey("least") is { } least && int.Parse(c.Root.FindKey("limit")!.Text!, null) < int.Parse(least.Text!, null))
                c.Error("limit", "The limit is too low.");
        }));
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.Configuration.UpdateAsync(
            new ConfigurationUpdate("m", "r") { Layer = ConfigurationLayer.Base }.Set("limit", 1), Token));
        ConfigurationError found = Assert.Single(error.Errors);
        Assert.Equal(("In the environment 'staging': The limit is too low.", "limit"), (found.Message, found.Key));
        Assert.Equal("""{ "limit": 5 }""", folder.Read("base.json"));
        await host.Configuration.UpdateAsync(new ConfigurationUpdate("m", "r") { Layer = ConfigurationLayer.Base }.Set("limit", 4), Token);
        Assert.Equal("4", host.Value("limit"));
    }

    [Fact]
    public async Task Update_of_base_is_held_against_what_the_other_environments_will_be()
    {
        await using var folder = new HistoryFolder();
        folder.Write("base.json", """{ "old": 1, "kept": 1 }""");
        folder.Write("production.json", "{}");
        folder.Write("staging.json", "{}");
        HistoryHost host = await folder.StartAsync(configure: v => v.RequireSameKeys("staging", "production"));
        await host.Configuration.UpdateAsync(new ConfigurationUpdate("m", "r") { Layer = ConfigurationLayer.Base }.Remove("old"), Token);
        Assert.Null(host.Value("old"));
    }

    [Fact]
    public async Task Update_whose_result_would_be_invalid_writes_and_records_nothing()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 1 }""");
        HistoryHost host = await folder.StartAsync(configure: v => v.AddConfigurationRule("a", c =>
        {
            if (c.Root.FindKey("a") is not { Text: "1" or "2" })
                c.Error("a", "The value is too large.");
        }));
        await host.GetVersionsAsync();
        folder.Store.Reset();
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.UpdateAsync("a", 3));
        Assert.Equal("The configuration of 'production' would not be valid:\n  config/environments/production.json:1:8: a: The value is too large.", error.Message);
        Assert.Equal("""{ "a": 1 }""", folder.Read("production.json"));
        Assert.Equal(0, folder.Store.Commits);
        Assert.True(host.Configuration.Status.IsCurrent);
        Assert.Single(await host.GetVersionsAsync());
    }

    [Fact]
    public async Task Update_beside_an_invalid_file_is_refused()
    {
        await using var folder = new HistoryFolder();
        folder.Write("base.json", """{ "b": 1 }""");
        folder.Write("production.json", """{ "a": 1 }""");
        HistoryHost host = await folder.StartAsync();
        folder.Write("base.json", """{ "b": """);
        await Assert.ThrowsAsync<ConfigurationException>(() => host.UpdateAsync("a", 3));
        Assert.Equal("""{ "a": 1 }""", folder.Read("production.json"));
    }

    [Fact]
    public async Task Update_where_a_person_saved_between_reading_and_writing_is_refused()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 1 }""");
        HistoryHost host = await folder.StartAsync();
        await host.GetVersionsAsync();
        folder.Store.BeforeCommit = t => t.Operations.Any(o => o.Name.EndsWith("/pending", StringComparison.Ordinal) && o.Kind == StateOperationKind.Put)
            ? File.WriteAllTextAsync(folder.Path("production.json"), """{ "a": 7 }""", Token)
            : Task.CompletedTask;
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.UpdateAsync("a", 3));
        Assert.Equal(
            "The configuration of 'production' was not changed: config/environments/production.json was saved by somebody else in this moment.", error.Message);
        Assert.Equal("""{ "a": 7 }""", folder.Read("production.json"));
        Assert.Empty(await VersionTests.PendingAsync(folder));
        folder.Store.BeforeCommit = null;
        Assert.Equal(["somebody", "somebody", "maria"], (await After(host)).Select(v => v.Author));

        static async Task<List<ConfigurationVersion>> After(HistoryHost host)
        {
            await host.UpdateAsync("a", 3);
            return await host.GetVersionsAsync();
        }
    }

    [Fact]
    public async Task Update_records_a_persons_edit_that_nobody_has_seen_yet_as_that_persons()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 1, "b": 1 }""");
        HistoryHost host = await folder.StartAsync();
        folder.Write("production.json", """{ "a": 1, "b": 2 }""");
        await host.UpdateAsync("a", 2);
        List<ConfigurationVersion> versions = await host.GetVersionsAsync();
        Assert.Equal(["somebody", "somebody", "maria"], versions.Select(v => v.Author));
        Assert.Equal(["", "~ b = 1 -> 2", "~ a = 1 -> 2"], versions.Select(v => string.Join(' ', v.Changes)));
        Assert.Equal("2", host.Value("b"));
    }

    [Fact]
    public async Task Update_through_a_link_writes_the_target_and_leaves_the_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs symbolic links");
        await using var folder = new HistoryFolder();
        string target = Path.Combine(folder.ContentRoot, "elsewhere", "real.json");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        await File.WriteAllTextAsync(target, """{ "a": 1 }""", Token);
        Directory.CreateDirectory(folder.EnvironmentsFolder);
        File.CreateSymbolicLink(folder.Path("production.json"), target);
        HistoryHost host = await folder.StartAsync();
        await host.UpdateAsync("a", 2);
        Assert.Equal("""{ "a": 2 }""", await File.ReadAllTextAsync(target, Token));
        Assert.Equal(target, new FileInfo(folder.Path("production.json")).LinkTarget);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)]
    public async Task Update_keeps_the_files_mode(UnixFileMode mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs Unix file modes");
        await using var folder = new HistoryFolder();
        string file = folder.Write("production.json", """{ "a": 1 }""");
#pragma warning disable CA1416 // skipped on Windows in the line above
        File.SetUnixFileMode(file, mode);
        HistoryHost host = await folder.StartAsync();
        await host.UpdateAsync("a", 2);
        Assert.Equal(mode, File.GetUnixFileMode(file));
#pragma warning restore CA1416
    }

    [Fact]
    public async Task Update_leaves_no_other_file_in_the_folder()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 1 }""");
        HistoryHost host = await folder.StartAsync();
        await host.UpdateAsync("a", 2);
        Assert.Equal([folder.Path("production.json")], Directory.GetFiles(folder.EnvironmentsFolder));
    }

    [Fact]
    public async Task Update_where_the_folder_cant_be_written_says_so_and_changes_nothing()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 1 }""");
        HistoryHost host = await folder.StartAsync();
        await host.GetVersionsAsync();
        using (ReadOnlyFolder.Make(folder.EnvironmentsFolder))
        {
            var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.UpdateAsync("a", 2));
            Assert.StartsWith("The files in config/environments can't be changed: ", error.Message, StringComparison.Ordinal);
            Assert.EndsWith(" Let the user that runs the service write to the folder.", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(("1", """{ "a": 1 }"""), (host.Value("a"), folder.Read("production.json")));
        Assert.Single(await host.GetVersionsAsync());
        await host.UpdateAsync("a", 2);
    }

    [Fact]
    public async Task Start_on_a_folder_that_cant_be_written_works_and_is_healthy()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 1 }""");
        folder.Write($".production.json.{Guid.NewGuid():N}.tmp", "left behind");
        using (ReadOnlyFolder.Make(folder.EnvironmentsFolder))
        {
            HistoryHost host = await folder.StartAsync();
            Assert.Single(await host.GetVersionsAsync());
            Assert.Null(host.Configuration.Status.HistoryFailure);
        }
    }

    [Fact]
    public async Task Change_token_fires_once_when_the_update_is_done_and_its_callbacks_may_update_themselves()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 0, "seen": 0 }""");
        HistoryHost host = await folder.StartWatchingAsync();
        var told = new List<string?>();
        Task<ConfigurationVersion>? inner = null;
        using IDisposable registration = ChangeToken.OnChange(host.Configuration.GetChangeToken, () =>
        {
            told.Add($"{host.Value("a")} {host.Value("seen")} {host.Get<IConfiguration>()["a"]}");
            inner ??= host.UpdateAsync("seen", 1, "callback");
        });
        ConfigurationVersion version = await host.UpdateAsync("a", 1);
        ConfigurationVersion nested = await inner!.WaitAsync(ConfigurationHost.Patience, Token);
        Assert.Equal((2L, 3L), (version.Number, nested.Number));
        Assert.Equal(["1 0 1", "1 1 1"], told);

        // Another change through the file: by then the watcher has seen the writes above and told nobody again.
        await host.ChangeAsync(() => folder.Write("production.json", """{ "a": 2, "seen": 1 }"""));
        Assert.Equal(["1 0 1", "1 1 1", "2 1 2"], told);
    }

    [Fact]
    public async Task Callback_that_throws_fails_neither_the_update_nor_the_other_readers()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 0 }""");
        HistoryHost host = await folder.StartAsync();
        using IDisposable throwing = ChangeToken.OnChange(
            host.Get<IConfiguration>().GetReloadToken, () => throw new InvalidOperationException("a callback of the service"));
        int told = 0;
        using IDisposable registration = ChangeToken.OnChange(host.Configuration.GetChangeToken, () => told++);
        Assert.Equal(2, (await host.UpdateAsync("a", 1)).Number);
        Assert.Equal(1, told);
    }
}
