using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Varai.Configuration;
using Varai.Tests.Configuration.History;

namespace Varai.Tests.Configuration.Writing;

public sealed class RestoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("production.json", "\uFEFF{ // first\r\n  \"a\": 1 }\r\n", "{ \"a\": 2 }")]
    [InlineData("production.yaml", "# first\na:   1\n", "\uFEFFa: 2\n")]
    [InlineData("production.yml", "a: 1 # ends without a line end", "a: 2\n")]
    public async Task Restore_brings_the_file_back_byte_for_byte_as_a_new_version(string file, string first, string second)
    {
        await using var folder = new HistoryFolder();
        folder.Write(file, first);
        HistoryHost host = await folder.StartWatchingAsync();
        await host.GetVersionsAsync();
        await host.ChangeAsync(() => folder.Write(file, second));
        ConfigurationVersion restored = await RestoreAsync(host, 1);
        Assert.Equal(Encoding.UTF8.GetBytes(first), await File.ReadAllBytesAsync(folder.Path(file), Token));
        Assert.Equal((3L, "nora", "back", ConfigurationChangeSource.Restore), (restored.Number, restored.Author, restored.Reason, restored.Source));
        Assert.Equal("~ a = 2 -> 1", Assert.Single(restored.Changes).ToString());
        Assert.Equal("1", host.Value("a"));
        await RestoreAsync(host, 2);
        Assert.Equal(Encoding.UTF8.GetBytes(second), await File.ReadAllBytesAsync(folder.Path(file), Token));
        Assert.True((await host.VerifyAsync()).IsIntact);
    }

    [Fact]
    public async Task Restore_where_a_shared_file_has_changed_since_is_refused_and_names_the_keys_unless_shared_files_are_included()
    {
        await using var folder = new HistoryFolder();
        folder.Write("base.json", """{ "shared": 1, "other": 1 }""");
        folder.Write("production.json", """{ "a": 1 }""");
        HistoryHost host = await folder.StartAsync();
        await host.UpdateAsync("a", 2);
        await host.Configuration.UpdateAsync(new ConfigurationUpdate("m", "r") { Layer = ConfigurationLayer.Base }.Set("shared", 2).Remove("other"), Token);
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => RestoreAsync(host, 1));
        Assert.StartsWith(
            "Restoring the files of version 1 of 'production' would not bring its values back: a file that other environments share, or a layer, "
            + "has changed since; IncludeSharedFiles restores shared files too.", error.Message, StringComparison.Ordinal);
        Assert.Equal(["other", "shared"], error.Errors.Select(e => e.Key));
        Assert.Contains("The version has 1, the result would have 2.", error.Message, StringComparison.Ordinal);
        Assert.Equal(("""{ "a": 2 }""", "2"), (folder.Read("production.json"), host.Value("shared")));
        Assert.Equal(3, (await host.GetVersionsAsync()).Count);

        ConfigurationVersion restored = await host.Configuration.RestoreAsync(
            new ConfigurationRestore(1, "nora", "all of it") { IncludeSharedFiles = true }, Token);
        Assert.Equal(4, restored.Number);
        Assert.Equal("""{ "shared": 1, "other": 1 }""", folder.Read("base.json"));
        Assert.Equal("""{ "a": 1 }""", folder.Read("production.json"));
        Assert.Equal((await host.GetVersionsAsync())[0].ContentHash, restored.ContentHash);
    }

    [Fact]
    public async Task Restore_of_a_version_that_is_no_longer_valid_is_refused()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 1 }""");
        HistoryHost before = await folder.StartAsync();
        await before.UpdateAsync("a", 2);
        await before.DisposeAsync();
        HistoryHost host = await folder.StartAsync(configure: v => v.AddConfigurationRule("a", c =>
        {
            if (c.Root.FindKey("a")!.Text == "1")
                c.Error("a", "One is no longer allowed.");
        }));
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => RestoreAsync(host, 1));
        Assert.Equal("The configuration of 'production' would not be valid:\n  config/environments/production.json:1:8: a: One is no longer allowed.", error.Message);
        Assert.Equal("""{ "a": 2 }""", folder.Read("production.json"));
        Assert.Equal(2, (await host.GetVersionsAsync()).Count);
    }

    [Fact]
    public async Task Restore_over_a_file_of_another_format_is_refused()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 1 }""");
        HistoryHost host = await folder.StartWatchingAsync();
        await host.GetVersionsAsync();
        await host.ChangeAsync(() =>
        {
            folder.Write("production.new", "a: 2\n");
            File.Delete(folder.Path("production.json"));
            File.Move(folder.Path("production.new"), folder.Path("production.yaml"));
        });
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => RestoreAsync(host, 1));
        Assert.Equal(
            "Version 1 of 'production' can't be restored: its Environment layer was production.json, and now is production.yaml. Remove that file first.",
            error.Message);
        Assert.Equal("a: 2\n", folder.Read("production.yaml"));
    }

    [Fact]
    public async Task Restore_brings_a_removed_file_back_whatever_its_format()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 1 }""");
        string local = folder.Write("production.local.yaml", "# mine\na: 2\n");
        HistoryHost host = await folder.StartWatchingAsync();
        await host.GetVersionsAsync();
        await host.ChangeAsync(() => File.Delete(local));
        Assert.Equal("1", host.Value("a"));
        await RestoreAsync(host, 1);
        Assert.Equal("# mine\na: 2\n", folder.Read("production.local.yaml"));
        Assert.Equal("2", host.Value("a"));
    }

    [Fact]
    public async Task Restore_where_a_layer_was_added_since_is_refused()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 1 }""");
        HistoryHost host = await folder.StartAsync();
        await host.Configuration.UpdateAsync(new ConfigurationUpdate("m", "r") { Layer = ConfigurationLayer.Local }.Set("a", 2), Token);
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.Configuration.RestoreAsync(
            new ConfigurationRestore(1, "nora", "back") { IncludeSharedFiles = true }, Token));
        Assert.StartsWith("Restoring the files of version 1 of 'production' would not bring its values back: a layer was added since.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_of_the_present_version_changes_nothing_and_of_a_missing_one_says_so()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 1 }""");
        HistoryHost host = await folder.StartAsync();
        await host.GetVersionsAsync();
        Assert.Equal(1, (await RestoreAsync(host, 1)).Number);
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => RestoreAsync(host, 2));
        Assert.Equal("There is no version 2 of 'production'; the newest is 1.", error.Message);
    }

    [Fact]
    public async Task Restore_whose_second_file_cant_be_written_puts_the_first_back()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs symbolic links");
        await using var folder = new HistoryFolder();
        string elsewhere = Directory.CreateDirectory(Path.Combine(folder.ContentRoot, "elsewhere")).FullName;
        folder.Write("base.json", """{ "shared": 1 }""");
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "real.json"), """{ "a": 1 }""", Token);
        File.CreateSymbolicLink(folder.Path("production.json"), Path.Combine(elsewhere, "real.json"));
        HistoryHost host = await folder.StartAsync();
        await host.UpdateAsync("a", 2);
        await host.Configuration.UpdateAsync(new ConfigurationUpdate("m", "r") { Layer = ConfigurationLayer.Base }.Set("shared", 2), Token);
        using (ReadOnlyFolder.Make(elsewhere))
        {
            var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.Configuration.RestoreAsync(
                new ConfigurationRestore(1, "nora", "back") { IncludeSharedFiles = true }, Token));
            Assert.StartsWith("config/environments/production.json can't be written: ", error.Message, StringComparison.Ordinal);
            Assert.EndsWith(" The configuration is as it was.", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(("""{ "shared": 2 }""", """{ "a": 2 }"""), (folder.Read("base.json"), folder.Read("production.json")));
        Assert.Equal(3, (await host.GetVersionsAsync()).Count);
        Assert.Empty(await VersionTests.PendingAsync(folder));
    }

    private static Task<ConfigurationVersion> RestoreAsync(HistoryHost host, long number) =>
        host.Configuration.RestoreAsync(new ConfigurationRestore(number, "nora", "back"), Token);
}
