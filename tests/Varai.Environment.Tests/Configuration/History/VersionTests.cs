using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Time.Testing;
using Varai.Configuration;

namespace Varai.Tests.Configuration.History;

public sealed class VersionTests
{
    private static readonly DateTime Saved = new(2026, 3, 4, 5, 6, 7, DateTimeKind.Utc);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_for_the_first_time_records_the_files_as_version_1()
    {
        await using var folder = new HistoryFolder();
        File.SetLastWriteTimeUtc(folder.Write("base.json", """{ "a": { "b": 1 } }"""), Saved.AddDays(-1));
        File.SetLastWriteTimeUtc(folder.Write("production.yaml", "a:\n  c: x\n"), Saved);
        HistoryHost host = await folder.StartAsync();
        ConfigurationVersion version = Assert.Single(await host.GetVersionsAsync());
        Assert.Equal(("production", 1L, (string?)null), (version.EnvironmentName, version.Number, version.ParentHash));
        Assert.Equal(("somebody", "first version", ConfigurationChangeSource.File), (version.Author, version.Reason, version.Source));
        Assert.Equal(new DateTimeOffset(Saved), version.Time);
        Assert.Equal(["base.json", "production.yaml"], version.Files);
        Assert.Empty(version.Changes);
        Assert.Equal(host.Configuration.Current.ContentHash, version.ContentHash);
        Assert.Equal(version, await host.Configuration.GetCurrentVersionAsync(Token), Compare);
    }

    [Fact]
    public async Task Saved_file_becomes_a_version_with_the_files_time_and_the_exact_changes()
    {
        await using var folder = new HistoryFolder();
        folder.Write("base.json", """{ "a": { "b": 1, "gone": true }, "list": [1, 2] }""");
        string file = folder.Write("production.json", """{ "a": { "c": "x" } }""");
        HistoryHost host = await folder.StartWatchingAsync();
        string first = (await host.GetVersionsAsync())[0].Hash;
        await host.ChangeAsync(() =>
        {
            File.WriteAllText(file + ".new", """{ "a": { "c": "y", "d": { "e": null } }, "list": [2] }""");
            File.SetLastWriteTimeUtc(file + ".new", Saved);
            File.Move(file + ".new", file, overwrite: true);
        });
        ConfigurationVersion version = (await host.GetVersionsAsync())[^1];
        Assert.Equal((2L, first), (version.Number, version.ParentHash));
        Assert.Equal(("somebody", "saved production.json", ConfigurationChangeSource.File), (version.Author, version.Reason, version.Source));
        Assert.Equal(new DateTimeOffset(Saved), version.Time);
        Assert.Equal(["~ a:c = \"x\" -> \"y\"", "+ a:d:e = null", "~ list = [1,2] -> [2]"], version.Changes.Select(c => c.ToString()));
    }

    [Fact]
    public async Task Linked_file_saved_at_its_target_has_the_targets_time()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs symbolic links");
        await using var folder = new HistoryFolder();
        string target = Path.Combine(folder.ContentRoot, "target.json");
        await File.WriteAllTextAsync(target, """{ "a": 1 }""", Token);
        File.SetLastWriteTimeUtc(target, Saved);
        Directory.CreateDirectory(folder.EnvironmentsFolder);
        File.CreateSymbolicLink(folder.Path("production.json"), target);
        HistoryHost host = await folder.StartAsync();
        Assert.Equal(new DateTimeOffset(Saved), (await host.GetVersionsAsync())[0].Time);
    }

    [Fact]
    public async Task Update_becomes_a_version_with_author_reason_and_the_moment_of_the_call()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2027, 1, 2, 3, 4, 5, TimeSpan.Zero));
        await using var folder = new HistoryFolder { Time = time };
        folder.Write("production.json", """{ "a": 1, "b": 2 }""");
        HistoryHost host = await folder.StartAsync();
        ConfigurationVersion version = await host.Configuration.UpdateAsync(
            new ConfigurationUpdate("maria", "twice as much").Set("a", 2).Remove("b"), Token);
        Assert.Equal((2L, "maria", "twice as much", ConfigurationChangeSource.Update), (version.Number, version.Author, version.Reason, version.Source));
        Assert.Equal(time.GetUtcNow(), version.Time);
        Assert.Equal(["~ a = 1 -> 2", "- b = 2"], version.Changes.Select(c => c.ToString()));
        Assert.Equal(version, (await host.GetVersionsAsync())[^1], Compare);
    }

    [Fact]
    public async Task Equal_values_make_no_new_version_after_a_comment_a_restart_or_in_a_second_host()
    {
        await using var folder = new HistoryFolder();
        string file = folder.Write("production.json", """{ "a": 1 }""");
        HistoryHost host = await folder.StartAsync();
        await host.GetVersionsAsync();
        await host.DisposeAsync();
        await File.WriteAllTextAsync(file, "{ // one\n  \"a\": 1 }", Token);
        HistoryHost second = await folder.StartAsync();
        HistoryHost third = await folder.StartAsync();
        Assert.Single(await second.GetVersionsAsync());
        Assert.Single(await third.GetVersionsAsync());
        Assert.Equal(1, (await second.Configuration.GetCurrentVersionAsync(Token))!.Number);
    }

    [Fact]
    public async Task Content_hash_is_that_of_the_values_in_json_and_in_yaml_in_any_order_and_layering()
    {
        await using var json = new HistoryFolder();
        json.Write("production.json", """{ "a": { "n": 1.5, "t": "on" }, "l": [true, null, "x"] }""");
        await using var yaml = new HistoryFolder();
        yaml.Write("base.yaml", "l: [true, ~, x]\n");
        yaml.Write("production.yaml", "# by hand\na:\n  t: \"on\"\n  n: 1.5\n");
        ConfigurationVersion one = (await (await json.StartAsync()).GetVersionsAsync())[0];
        ConfigurationVersion other = (await (await yaml.StartAsync()).GetVersionsAsync())[0];
        Assert.Equal(one.ContentHash, other.ContentHash);
        Assert.NotEqual(one.Hash, other.Hash);
    }

    [Fact]
    public async Task History_is_newest_first_and_each_version_names_its_parent()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 0 }""");
        folder.Write("staging.json", """{ "a": 0 }""");
        HistoryHost host = await folder.StartAsync();
        for (int i = 1; i <= 70; i++)
            await host.UpdateAsync("a", i);
        var numbers = new List<long>();
        await foreach (ConfigurationVersion version in host.Configuration.GetHistoryAsync(cancellationToken: Token))
            numbers.Add(version.Number);
        Assert.Equal(Enumerable.Range(1, 71).Reverse().Select(i => (long)i), numbers);
        List<ConfigurationVersion> versions = await host.GetVersionsAsync();
        Assert.Equal([null, .. versions.SkipLast(1).Select(v => v.Hash)], versions.Select(v => v.ParentHash));
        Assert.Equal(71, versions.Select(v => v.Hash).Distinct().Count());
    }

    [Fact]
    public async Task History_of_another_environment_is_its_own()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 0 }""");
        folder.Write("staging.json", """{ "a": 5 }""");
        HistoryHost host = await folder.StartAsync();
        ConfigurationVersion update = await host.Configuration.UpdateAsync(
            new ConfigurationUpdate("maria", "try it there") { EnvironmentName = "staging" }.Set("a", 6), Token);
        Assert.Equal(("staging", 2L), (update.EnvironmentName, update.Number));
        Assert.Equal("0", host.Value("a"));
        Assert.Equal(["somebody", "maria"], (await host.GetVersionsAsync("staging")).Select(v => v.Author));
        Assert.Single(await host.GetVersionsAsync());
        Assert.Equal(2, (await host.GetVersionsAsync("STAGING")).Count);
        await Assert.ThrowsAsync<ConfigurationException>(() => host.GetVersionsAsync("nowhere"));
        HistoryHost there = await folder.StartAsync("staging");
        Assert.Equal(2, (await there.GetVersionsAsync()).Count);
    }

    [Fact]
    public async Task Update_of_the_shared_file_has_its_author_in_every_environment_that_has_a_history()
    {
        await using var folder = new HistoryFolder();
        folder.Write("base.json", """{ "shared": 1 }""");
        folder.Write("production.json", """{ "a": 0 }""");
        folder.Write("staging.json", """{ "a": 0 }""");
        folder.Write("quiet.json", """{ "a": 0 }""");
        HistoryHost staging = await folder.StartAsync("staging");
        await staging.GetVersionsAsync();
        HistoryHost host = await folder.StartAsync();
        await host.Configuration.UpdateAsync(
            new ConfigurationUpdate("maria", "for all") { Layer = ConfigurationLayer.Base }.Set("shared", 2), Token);
        Assert.Equal(["first version", "for all"], (await host.GetVersionsAsync()).Select(v => v.Reason));
        Assert.Equal(["first version", "for all"], (await host.GetVersionsAsync("staging")).Select(v => v.Reason));
        Assert.Empty(await host.GetVersionsAsync("quiet"));
        Assert.True((await host.VerifyAsync("staging")).IsIntact);
    }

    [Fact]
    public async Task Removed_file_is_the_reason_of_a_version()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 0 }""");
        string local = folder.Write("production.local.json", """{ "a": 1 }""");
        HistoryHost host = await folder.StartWatchingAsync();
        await host.ChangeAsync(() => File.Delete(local));
        Assert.Equal("removed production.local.json", (await host.GetVersionsAsync())[^1].Reason);
    }

    [Fact]
    public async Task Edits_made_while_the_store_is_away_are_recorded_in_order_once_it_is_back()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2027, 1, 2, 3, 4, 5, TimeSpan.Zero));
        await using var folder = new HistoryFolder { Time = time };
        string file = folder.Write("production.json", """{ "a": 0 }""");
        folder.Store.IsAway = true;
        HistoryHost host = await folder.StartWatchingAsync();
        for (int i = 1; i <= 3; i++)
        {
            await File.WriteAllTextAsync(file, $$"""{ "a": {{i}} }""", Token);
            File.SetLastWriteTimeUtc(file, Saved.AddMinutes(i));
            await AdvanceUntilAsync(time, () => host.Value("a") == $"{i}");
        }

        await AdvanceUntilAsync(time, () => host.Configuration.Status.HistoryFailure is not null);
        Assert.Equal("The store is away.", host.Configuration.Status.HistoryFailure);
        Assert.True(host.Configuration.Status.IsCurrent);
        HealthReportEntry health = await host.GetHealthAsync();
        Assert.Equal((HealthStatus.Degraded, "The history can't be written: The store is away."), (health.Status, health.Description));
        await Assert.ThrowsAsync<Varai.State.StateException>(() => host.GetVersionsAsync());
        await Assert.ThrowsAsync<Varai.State.StateException>(() => host.UpdateAsync("a", 9));
        Assert.Equal("3", host.Value("a"));

        folder.Store.IsAway = false;
        await AdvanceUntilAsync(time, () => host.Configuration.Status.HistoryFailure is null);
        Assert.Equal(HealthStatus.Healthy, (await host.GetHealthAsync()).Status);
        List<ConfigurationVersion> versions = await host.GetVersionsAsync();
        Assert.Equal(["", "0 -> 1", "1 -> 2", "2 -> 3"], versions.Select(v => string.Join(", ", v.Changes.Select(c => $"{c.Before} -> {c.After}"))));
        Assert.Equal([1, 2, 3], versions.Skip(1).Select(v => (int)(v.Time.UtcDateTime - Saved).TotalMinutes));
    }

    [Fact]
    public async Task Update_whose_version_cant_be_recorded_says_so_tells_readers_and_is_recorded_later_with_its_author()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 0 }""");
        HistoryHost host = await folder.StartAsync();
        await host.GetVersionsAsync();
        int told = 0;
        using IDisposable registration = host.Configuration.GetChangeToken().RegisterChangeCallback(_ => told++, state: null);
        folder.Store.Refuses = t => t.Operations.Any(o => o.Kind == Varai.State.StateOperationKind.Append);
        var error = await Assert.ThrowsAsync<Varai.State.StateException>(() => host.UpdateAsync("a", 1));
        Assert.Equal(
            "The configuration of 'production' was changed and is in use, but its version could not be recorded yet. It will be, with its author "
            + "and reason, once the state store can be written: The store is away.", error.Message);
        Assert.Equal(("1", 1), (host.Value("a"), told));
        folder.Store.Refuses = null;
        Assert.Equal(["somebody", "maria"], (await host.GetVersionsAsync()).Select(v => v.Author));
        Assert.Empty(await PendingAsync(folder));
    }

    internal static async Task<List<string>> PendingAsync(HistoryFolder folder)
    {
        var keys = new List<string>();
        await foreach (Varai.State.StateDocument document in folder.Store.ListAsync("configuration/", Token))
        {
            if (document.Key.EndsWith("/pending", StringComparison.Ordinal))
                keys.Add(document.Key);
        }

        return keys;
    }

    private static Task AdvanceUntilAsync(FakeTimeProvider time, Func<bool> condition) => ConfigurationHost.UntilAsync(() =>
    {
        time.Advance(TimeSpan.FromMilliseconds(100));
        return condition();
    });

    private static bool Compare(ConfigurationVersion? a, ConfigurationVersion? b) =>
        a is not null && b is not null && a.Hash == b.Hash && a.ToString() == b.ToString()
        && a.Changes.SequenceEqual(b.Changes) && a.Files.SequenceEqual(b.Files) && a.Time == b.Time;
}
