using Microsoft.Extensions.Diagnostics.HealthChecks;
using Varai.State;
using Varai.Tests.Configuration.Writing;

namespace Varai.Tests.Configuration.History;

/// <summary>A service whose state folder can't be used runs, says so, and goes on by itself once it is mended.</summary>
public sealed class StateTroubleTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_on_a_read_only_state_folder()
    {
        await using HistoryFolder folder = Make();
        Directory.CreateDirectory(folder.StateFolder);
        HistoryHost host;
        using (ReadOnlyFolder.Make(folder.StateFolder))
        {
            host = await folder.StartWatchingAsync();
            await AssertTroubleAsync(folder, host, "can't be ");
        }

        await AssertMendedAsync(folder, host);
    }

    [Fact]
    public async Task Start_on_a_state_file_of_rubbish()
    {
        await using HistoryFolder folder = Make();
        Directory.CreateDirectory(folder.StateFolder);
        string file = Path.Combine(folder.StateFolder, "state.db");
        await File.WriteAllBytesAsync(file, [.. Enumerable.Range(0, 9000).Select(i => (byte)(i * 31))], Token);
        HistoryHost host = await folder.StartWatchingAsync();
        await AssertTroubleAsync(folder, host, "is not a SQLite database");
        File.Delete(file);
        await AssertMendedAsync(folder, host);
    }

    [Fact]
    public async Task Start_where_a_file_stands_in_the_state_folders_place()
    {
        await using HistoryFolder folder = Make();
        await File.WriteAllTextAsync(folder.StateFolder, "in the way", Token);
        HistoryHost host = await folder.StartWatchingAsync();
        await AssertTroubleAsync(folder, host, "can't be used");
        File.Delete(folder.StateFolder);
        await AssertMendedAsync(folder, host);
    }

    [Fact]
    public async Task Start_on_a_full_disk()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs tmpfs");
        await using HistoryFolder folder = Make();
        Directory.CreateDirectory(folder.StateFolder);
        Assert.SkipUnless(
            ReadOnlyFolder.Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.StateFolder),
            "needs the right to mount a small file system; run as root");
        HistoryHost? host = null;
        try
        {
            string ballast = Path.Combine(folder.StateFolder, "ballast");
            Exception? full = await Record.ExceptionAsync(() => File.WriteAllBytesAsync(ballast, new byte[2_000_000], Token));
            Assert.IsType<IOException>(full);
            host = await folder.StartWatchingAsync();
            await AssertTroubleAsync(folder, host, "");
            File.Delete(ballast);
            await AssertMendedAsync(folder, host);
        }
        finally
        {
            if (host is not null)
                await host.DisposeAsync();
            Assert.True(ReadOnlyFolder.Run("umount", "-l", folder.StateFolder));
        }
    }

    private static HistoryFolder Make()
    {
        var folder = new HistoryFolder { UsesSqlite = true };
        folder.Write("production.json", """{ "a": 0 }""");
        return folder;
    }

    private static async Task AssertTroubleAsync(HistoryFolder folder, HistoryHost host, string message)
    {
        await ConfigurationHost.UntilAsync(() => host.Configuration.Status.HistoryFailure is not null);
        Assert.Contains(message, host.Configuration.Status.HistoryFailure, StringComparison.Ordinal);
        HealthReportEntry health = await host.GetHealthAsync();
        Assert.Equal(
            (HealthStatus.Degraded, $"The history can't be written: {host.Configuration.Status.HistoryFailure}"), (health.Status, health.Description));
        await host.ChangeAsync(() => folder.Write("production.json", """{ "a": 1 }"""));
        Assert.Equal("1", host.Value("a"));
        foreach (Func<Task> call in new Func<Task>[]
        {
            () => host.GetVersionsAsync(), () => host.UpdateAsync("a", 5), () => host.VerifyAsync(),
            () => host.Configuration.ExplainAsync("a", Token), () => host.Configuration.GetCurrentVersionAsync(Token),
        })
        {
            var error = await Assert.ThrowsAsync<StateException>(call);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("""{ "a": 1 }""", folder.Read("production.json"));
    }

    private static async Task AssertMendedAsync(HistoryFolder folder, HistoryHost host)
    {
        Assert.Equal(["", "~ a = 0 -> 1"], (await host.GetVersionsAsync()).Select(v => string.Join(' ', v.Changes)));
        Assert.Null(host.Configuration.Status.HistoryFailure);
        Assert.Equal(HealthStatus.Healthy, (await host.GetHealthAsync()).Status);
        await host.UpdateAsync("a", 2);
        Assert.Equal("""{ "a": 2 }""", folder.Read("production.json"));
    }
}
