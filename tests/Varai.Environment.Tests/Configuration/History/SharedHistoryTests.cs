using System.Globalization;
using Varai.Configuration;

namespace Varai.Tests.Configuration.History;

/// <summary>Several hosts on one folder of configuration and one state store.</summary>
public sealed class SharedHistoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_edit_seen_by_two_hosts_gives_one_version()
    {
        await using var folder = new HistoryFolder { UsesSqlite = true };
        string file = folder.Write("production.json", """{ "a": 0 }""");
        HistoryHost one = await folder.StartWatchingAsync();
        HistoryHost other = await folder.StartWatchingAsync();
        for (int i = 1; i <= 5; i++)
        {
            await one.ChangeAsync(() => File.WriteAllText(file, $$"""{ "a": {{i}} }"""));
            await ConfigurationHost.UntilAsync(() => other.Value("a") == $"{i}");
            Assert.Equal(i + 1, (await one.GetVersionsAsync()).Count);
            Assert.Equal(i + 1, (await other.GetVersionsAsync()).Count);
        }
    }

    [Fact]
    public async Task Updates_of_one_host_are_not_recorded_again_by_another_that_lags_behind()
    {
        await using var folder = new HistoryFolder { UsesSqlite = true };
        folder.Write("production.json", """{ "a": 0 }""");
        HistoryHost one = await folder.StartWatchingAsync();
        HistoryHost other = await folder.StartWatchingAsync();
        for (int i = 1; i <= 40; i++)
            await one.UpdateAsync("a", i);
        await ConfigurationHost.UntilAsync(() => other.Value("a") == "40");
        List<ConfigurationVersion> versions = await other.GetVersionsAsync();
        Assert.Equal(Enumerable.Range(1, 40).Select(i => $"~ a = {i - 1} -> {i}"), versions.Skip(1).Select(v => Assert.Single(v.Changes).ToString()));
        Assert.All(versions.Skip(1), v => Assert.Equal("maria", v.Author));
    }

    [Fact]
    public async Task Readings_that_waited_while_another_host_went_on_are_not_recorded_after_it()
    {
        await using var folder = new HistoryFolder();
        string file = folder.Write("production.json", """{ "a": 0 }""");
        HistoryHost fast = await folder.StartAsync();
        await fast.GetVersionsAsync();

        // The slow one's edit waits in its queue while the fast one records it and goes on.
        folder.Store.Refuses = _ => true;
        HistoryHost slow = await folder.StartWatchingAsync();
        await slow.ChangeAsync(() => File.WriteAllText(file, """{ "a": 1 }"""));
        await ConfigurationHost.UntilAsync(() => slow.Configuration.Status.HistoryFailure is not null);
        folder.Store.Refuses = null;
        await fast.UpdateAsync("a", 2);
        await ConfigurationHost.UntilAsync(() => slow.Value("a") == "2");
        List<ConfigurationVersion> versions = await slow.GetVersionsAsync();
        Assert.Equal(["~ a = 0 -> 1", "~ a = 1 -> 2"], versions.Skip(1).Select(v => Assert.Single(v.Changes).ToString()));
    }

    [Fact]
    public async Task Reading_that_another_host_has_recorded_and_passed_is_not_recorded_again()
    {
        await using var folder = new HistoryFolder();
        string file = folder.Write("production.json", """{ "a": 0 }""");
        HistoryHost slow = await folder.StartWatchingAsync();
        await slow.GetVersionsAsync();
        HistoryHost fast = await folder.StartAsync();

        // The slow one sees the first edit, but can't record it until the other has made the second.
        folder.Store.Refuses = _ => true;
        await slow.ChangeAsync(() => File.WriteAllText(file, """{ "a": 1 }"""));
        await ConfigurationHost.UntilAsync(() => slow.Configuration.Status.HistoryFailure is not null);
        folder.Store.Refuses = null;
        await fast.UpdateAsync("b", 1);
        await ConfigurationHost.UntilAsync(() => slow.Value("b") == "1");
        List<ConfigurationVersion> versions = await slow.GetVersionsAsync();
        Assert.Equal(["first version", "saved production.json", "a test"], versions.Select(v => v.Reason));
    }

    [Fact]
    public async Task Updates_from_two_hosts_at_once_are_all_made_and_all_recorded()
    {
        const int Each = 15;
        await using var folder = new HistoryFolder { UsesSqlite = true };
        folder.Write("base.yaml", "shared: 0\n");
        folder.Write("production.json", """{ "x": 0, "y": 0 }""");
        HistoryHost one = await folder.StartWatchingAsync();
        HistoryHost other = await folder.StartWatchingAsync();
        await one.GetVersionsAsync();
        await Task.WhenAll(Count(one, "x", "xenia"), Count(other, "y", "yves"));
        List<ConfigurationVersion> versions = await one.GetVersionsAsync();
        Assert.Equal(Enumerable.Range(1, (2 * Each) + 1).Select(i => (long)i), versions.Select(v => v.Number));
        foreach ((string key, string author) in new[] { ("x", "xenia"), ("y", "yves") })
        {
            IEnumerable<ConfigurationVersion> own = versions.Where(v => v.Author == author);
            Assert.Equal(Enumerable.Range(1, Each).Select(i => $"~ {key} = {i - 1} -> {i}"), own.Select(v => Assert.Single(v.Changes).ToString()));
        }

        Assert.Equal($$"""{ "x": {{Each}}, "y": {{Each}} }""", folder.Read("production.json"));
        Assert.Empty((await other.VerifyAsync()).Findings);

        static async Task Count(HistoryHost host, string key, string author)
        {
            await Task.Yield();
            for (int i = 1; i <= Each; i++)
                await host.UpdateAsync(key, i, author);
        }
    }

    [Fact]
    public async Task Update_made_for_values_that_have_changed_since_is_refused_and_writes_nothing()
    {
        await using var folder = new HistoryFolder();
        folder.Write("production.json", """{ "a": 0 }""");
        HistoryHost one = await folder.StartAsync();
        HistoryHost other = await folder.StartAsync();
        string expected = other.Configuration.Current.ContentHash;
        string found = (await one.UpdateAsync("a", 1)).ContentHash;
        var error = await Assert.ThrowsAsync<ConfigurationConflictException>(() => other.Configuration.UpdateAsync(
            new ConfigurationUpdate("yves", "mine") { ExpectedContentHash = expected }.Set("a", 2), Token));
        Assert.Equal(
            $"The configuration of 'production' has changed since the update was prepared: expected the content hash {expected}, found {found}. "
            + "Read it again and decide anew.", error.Message);
        Assert.Equal((expected, found), (error.Expected, error.Found));
        Assert.Equal("""{ "a": 1 }""", folder.Read("production.json"));
        Assert.Equal(2, (await one.GetVersionsAsync()).Count);
        await other.Configuration.UpdateAsync(new ConfigurationUpdate("yves", "mine") { ExpectedContentHash = found }.Set("a", 2), Token);
        Assert.Equal("2", other.Value("a"));
    }

    [Fact]
    public async Task Increments_with_the_expected_hash_from_two_hosts_lose_none()
    {
        const int Each = 8;
        await using var folder = new HistoryFolder { UsesSqlite = true };
        folder.Write("production.yaml", "n: 0 # counted\n");
        HistoryHost one = await folder.StartWatchingAsync();
        HistoryHost other = await folder.StartWatchingAsync();
        await Task.WhenAll(Increment(one), Increment(other));
        Assert.Equal($"n: {2 * Each} # counted\n", folder.Read("production.yaml"));
        Assert.Equal((2 * Each) + 1, (await one.GetVersionsAsync()).Count);

        static async Task Increment(HistoryHost host)
        {
            for (int done = 0; done < Each;)
            {
                ConfigurationSnapshot seen = host.Configuration.Current;
                long next = long.Parse(seen.Root.FindKey("n")!.Text!, CultureInfo.InvariantCulture) + 1;
                try
                {
                    await host.Configuration.UpdateAsync(
                        new ConfigurationUpdate("counter", "one more") { ExpectedContentHash = seen.ContentHash }.Set("n", next), Token);
                    done++;
                }
                catch (ConfigurationConflictException)
                {
                    await ConfigurationHost.UntilAsync(() => host.Configuration.Current.ContentHash != seen.ContentHash);
                }
            }
        }
    }
}
