using Varai.Configuration;
using Varai.State;
using Varai.Tests.Configuration.History;

namespace Varai.Tests.Configuration.Writing;

/// <summary>Starts a service on what another left behind when it died in the midst of a change.</summary>
public sealed class InterruptedChangeTests
{
    private const string Before = """{ "a": 1 }""";
    private const string After = """{ "a": 2 }""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_after_a_crash_before_the_file_was_written_finishes_the_change()
    {
        await using HistoryFolder folder = await InterruptAsync();
        Assert.Equal(Before, folder.Read("production.json"));
        await AssertFinishedAsync(folder, await folder.StartAsync());
    }

    [Fact]
    public async Task Start_after_a_crash_when_the_file_was_written_records_it_with_its_author()
    {
        await using HistoryFolder folder = await InterruptAsync();
        folder.Write("production.json", After);
        await AssertFinishedAsync(folder, await folder.StartAsync());
    }

    [Fact]
    public async Task Start_after_a_crash_finishes_the_changes_of_other_environments_too()
    {
        await using HistoryFolder folder = await InterruptAsync();
        folder.Write("staging.json", "{}");
        HistoryHost host = await folder.StartAsync("staging");
        Assert.Equal(After, folder.Read("production.json"));
        Assert.Equal(["somebody", "maria"], (await host.GetVersionsAsync("production")).Select(v => v.Author));
        Assert.Empty(await VersionTests.PendingAsync(folder));
    }

    [Fact]
    public async Task Start_after_a_crash_and_a_persons_edit_leaves_the_edit_and_drops_the_change()
    {
        await using HistoryFolder folder = await InterruptAsync();
        folder.Write("production.json", """{ "a": 3 }""");
        HistoryHost host = await folder.StartAsync();
        Assert.Equal("""{ "a": 3 }""", folder.Read("production.json"));
        Assert.Equal(["somebody", "somebody"], (await host.GetVersionsAsync()).Select(v => v.Author));
        Assert.Empty(await VersionTests.PendingAsync(folder));
    }

    [Fact]
    public async Task Start_after_a_crash_and_an_edit_of_another_layer_does_not_make_the_change_that_nobody_checked()
    {
        await using HistoryFolder folder = await InterruptAsync();
        folder.Write("base.json", """{ "b": 1 }""");
        HistoryHost host = await folder.StartAsync();
        Assert.Equal(Before, folder.Read("production.json"));
        Assert.Equal("saved base.json", (await host.GetVersionsAsync())[^1].Reason);
        Assert.Empty(await VersionTests.PendingAsync(folder));
    }

    [Fact]
    public async Task Update_by_a_service_that_runs_on_finishes_the_change_of_the_one_that_died_first()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", Before);
        HistoryHost alive = await folder.StartAsync();
        await alive.GetVersionsAsync();
        await DieAsync(folder);
        ConfigurationVersion version = await alive.UpdateAsync("b", 5, "peter");
        Assert.Equal("+ b = 5", Assert.Single(version.Changes).ToString());
        Assert.Equal(["somebody", "maria", "peter"], (await alive.GetVersionsAsync()).Select(v => v.Author));
        Assert.Equal(("2", "5"), (alive.Value("a"), alive.Value("b")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_after_a_crash_between_the_files_of_a_restore_makes_it_whole(bool isChangedElsewhere)
    {
        await using var folder = new HistoryFolder();
        folder.Write("base.json", """{ "shared": 1 }""");
        folder.Write("production.json", Before);
        HistoryHost host = await folder.StartAsync();
        await host.UpdateAsync("a", 2);
        await host.Configuration.UpdateAsync(new ConfigurationUpdate("m", "r") { Layer = ConfigurationLayer.Base }.Set("shared", 2), Token);
        await DieAsync(folder, h => h.Configuration.RestoreAsync(new ConfigurationRestore(1, "nora", "back") { IncludeSharedFiles = true }, Token));
        await host.DisposeAsync();
        folder.Write("base.json", """{ "shared": 1 }""");
        if (isChangedElsewhere)
            folder.Write("production.local.json", """{ "c": 1 }""");

        HistoryHost next = await folder.StartAsync();
        ConfigurationVersion newest = (await next.GetVersionsAsync())[^1];
        Assert.Empty(await VersionTests.PendingAsync(folder));
        if (isChangedElsewhere)
        {
            Assert.Equal(("""{ "shared": 2 }""", After), (folder.Read("base.json"), folder.Read("production.json")));
            Assert.Equal(("2", "2", "1"), (next.Value("shared"), next.Value("a"), next.Value("c")));
            Assert.Equal("saved production.local.json", newest.Reason);
        }
        else
        {
            Assert.Equal(("""{ "shared": 1 }""", Before), (folder.Read("base.json"), folder.Read("production.json")));
            Assert.Equal(("1", "1"), (next.Value("shared"), next.Value("a")));
            Assert.Equal(("nora", ConfigurationChangeSource.Restore), (newest.Author, newest.Source));
        }
    }

    [Fact]
    public async Task Start_removes_what_an_interrupted_write_left_behind_and_nothing_else()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", Before);
        string[] left = [folder.Write($".production.json.{Guid.NewGuid():N}.tmp", "x"), folder.Write($".base.yaml.{Guid.NewGuid():N}.tmp", "")];
        string[] others =
        [
            folder.Write(".production.json.tmp", "an editor's"), folder.Write($"production.json.{Guid.NewGuid():N}.tmp", "x"),
            folder.Write($".notes.txt.{Guid.NewGuid():N}.tmp", "x"), folder.Write(".production.json.swp", "x"),
        ];
        await folder.StartAsync();
        Assert.All(left, f => Assert.False(File.Exists(f), f));
        Assert.All(others, f => Assert.True(File.Exists(f), f));
    }

    [Theory]
    [InlineData("../outside.json")]
    [InlineData("/outside.json")]
    [InlineData("run.sh")]
    public async Task Start_on_a_note_that_names_a_file_elsewhere_writes_nothing_there(string path)
    {
        await using HistoryFolder folder = await InterruptAsync();
        StateDocument pending = (await folder.Store.GetAsync("configuration/production/pending", Token))!;
        string text = System.Text.Encoding.UTF8.GetString(pending.Content.Span).Replace("production.json", path, StringComparison.Ordinal);
        await folder.Store.CommitAsync(
            new StateTransaction().Put(pending.Key, System.Text.Encoding.UTF8.GetBytes(text)), Token);
        HistoryHost host = await folder.StartAsync();
        Assert.False(File.Exists(Path.Combine(folder.EnvironmentsFolder, path)));
        Assert.Equal("1", host.Value("a"));
        var error = await Assert.ThrowsAsync<StateException>(() => host.UpdateAsync("b", 1));
        Assert.Equal($"The state store names '{path}' as a configuration file, which it can't be; it was changed by hand.", error.Message);
    }

    private static async Task AssertFinishedAsync(HistoryFolder folder, HistoryHost host)
    {
        Assert.Equal(After, folder.Read("production.json"));
        Assert.Equal("2", host.Value("a"));
        List<ConfigurationVersion> versions = await host.GetVersionsAsync();
        Assert.Equal(["somebody", "maria"], versions.Select(v => v.Author));
        Assert.Equal(("a test", ConfigurationChangeSource.Update), (versions[1].Reason, versions[1].Source));
        Assert.Empty(await VersionTests.PendingAsync(folder));
        Assert.True((await host.VerifyAsync()).IsIntact);

        // What is finished stays so: a person may go back to the text before it.
        await host.DisposeAsync();
        folder.Write("production.json", Before);
        HistoryHost next = await folder.StartAsync();
        Assert.Equal("1", next.Value("a"));
        Assert.Equal(["somebody", "maria", "somebody"], (await next.GetVersionsAsync()).Select(v => v.Author));
    }

    private static async Task<HistoryFolder> InterruptAsync()
    {
        var folder = new HistoryFolder();
        folder.Write("production.json", Before);
        await DieAsync(folder);
        return folder;
    }

    // As a process that dies after it has noted the change leaves things: the note there, the file as it was.
    private static async Task DieAsync(HistoryFolder folder, Func<HistoryHost, Task>? change = null)
    {
        HistoryHost host = await folder.StartAsync();
        await host.GetVersionsAsync();
        StateTransaction? note = null;
        folder.Store.Refuses = t =>
        {
            bool isNote = t.Operations.Any(o => o.Kind == StateOperationKind.Put && o.Name.EndsWith("/pending", StringComparison.Ordinal));
            note = isNote ? t : note;
            return isNote;
        };
        await Assert.ThrowsAsync<StateException>(() => change?.Invoke(host) ?? host.UpdateAsync("a", 2));
        folder.Store.Refuses = null;
        await host.DisposeAsync();
        await folder.Store.CommitAsync(note!, Token);
    }
}
