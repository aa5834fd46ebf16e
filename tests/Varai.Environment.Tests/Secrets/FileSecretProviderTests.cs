using System.Runtime.Versioning;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Varai.Secrets;
using Varai.Testing.Secrets;

namespace Varai.Tests.Secrets;

public sealed class FileSecretProviderTests : IDisposable
{
    private const string Canary = "s3cr3t-canary-outside";

    private readonly string _root = Directory.CreateTempSubdirectory("varai-secrets-").FullName;
    private readonly FakeLogCollector _logs = new();
    private readonly FileSecretProvider _provider;

    public FileSecretProviderTests()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(_root, "outside"), Canary);
        _provider = Create();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(_root, "secrets");

    public void Dispose()
    {
        _provider.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData("value", "value")]
    [InlineData("value\n", "value")]
    [InlineData("value\r\n", "value")]
    [InlineData("value\n\n", "value\n")]
    [InlineData(" value ", " value ")]
    [InlineData("\n", "")]
    [InlineData("", "")]
    public async Task GetAsync_one_newline_at_the_end_is_not_part_of_a_text(string content, string expected)
    {
        Write("API_KEY", content);
        Assert.Equal(expected, (await ReadAsync("API_KEY"))!.RevealString());
    }

    [Fact]
    public async Task GetAsync_binary_content_keeps_its_last_byte()
    {
        File.WriteAllBytes(Path.Combine(Folder, "key"), [0xFF, 0x0A]);
        Assert.Equal([0xFF, 0x0A], (await ReadAsync("key"))!.Value.RevealBytes().ToArray());
    }

    [Theory]
    [InlineData("db/password", "db/password")]
    [InlineData("Db:Password", "Db__Password")]
    [InlineData("tls.crt", "tls.crt")]
    public async Task GetAsync_name_maps_to_one_file(string name, string file)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "db"));
        Write(file, "value");
        Assert.Equal("value", (await ReadAsync(name))!.RevealString());
    }

    [Theory]
    [InlineData("/outside")]
    [InlineData(".hidden")]
    [InlineData("..data")]
    [InlineData("a//b")]
    [InlineData("db")]
    [InlineData("a+b")]
    public async Task GetAsync_name_that_is_no_file_here_is_null(string name)
    {
        Write(".hidden", Canary);
        Write("..data", Canary);
        Write("a+b", Canary);
        Directory.CreateDirectory(Path.Combine(Folder, "db"));
        Assert.Null(await ReadAsync(name));
    }

    [Fact]
    public async Task SetAsync_removes_what_dead_processes_left_and_nothing_else()
    {
        string left = Path.Combine(Folder, $".{Guid.NewGuid():N}.tmp");
        string underWay = Path.Combine(Folder, $".{Guid.NewGuid():N}.tmp");
        string others = Path.Combine(Folder, ".other.tmp");
        foreach (string file in (string[])[left, underWay, others])
            await File.WriteAllTextAsync(file, "half", Cancellation);
        foreach (string file in (string[])[left, others])
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddHours(-2));

        await _provider.SetAsync("name", new SecretValue("value"), Cancellation);

        Assert.False(File.Exists(left));
        Assert.True(File.Exists(underWay));
        Assert.True(File.Exists(others));
    }

    [Fact]
    public void FromName_traversal_and_absolute_paths_are_refused()
    {
        // The rule of SecretName stops these before; the provider does not rely on it.
        foreach (string name in (string[])["..", "../outside", "a/../../outside", "/etc/passwd", "a\\..\\b", "C:\\x", "a/./b", "a\0b", ""])
            Assert.Null(SecretFilePath.FromName(name));
        Assert.Throws<ArgumentException>(() => new SecretRequest("../outside"));
    }

    [Fact]
    public async Task GetAsync_link_out_of_the_folder_is_refused_without_reading_it()
    {
        SkipOnWindows();
        File.CreateSymbolicLink(Path.Combine(Folder, "link"), "../outside");
        File.CreateSymbolicLink(Path.Combine(Folder, "absolute"), Path.Combine(_root, "outside"));
        Directory.CreateSymbolicLink(Path.Combine(Folder, "folder"), _root);

        foreach (string name in (string[])["link", "absolute", "folder/outside"])
        {
            var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await ReadAsync(name));
            Assert.Equal($"The secret provider 'files' could not read '{name}': a symbolic link leads out of the folder '{Folder}'.", error.Message);
        }
    }

    [Fact]
    public async Task SetAsync_link_out_of_the_folder_is_refused_and_creates_nothing()
    {
        SkipOnWindows();
        Directory.CreateDirectory(Path.Combine(_root, "elsewhere"));
        Directory.CreateSymbolicLink(Path.Combine(Folder, "folder"), "../elsewhere");

        await Assert.ThrowsAsync<SecretProviderException>(
            async () => await _provider.SetAsync("folder/sub/key", new SecretValue("value"), Cancellation));
        await Assert.ThrowsAsync<SecretProviderException>(
            async () => await _provider.SetAsync("folder/key", new SecretValue("value"), Cancellation));

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(_root, "elsewhere")));
    }

    [Fact]
    public async Task GetAsync_links_in_a_circle_are_an_error()
    {
        SkipOnWindows();
        File.CreateSymbolicLink(Path.Combine(Folder, "a"), "b");
        File.CreateSymbolicLink(Path.Combine(Folder, "b"), "a");
        await Assert.ThrowsAsync<SecretProviderException>(async () => await ReadAsync("a"));
    }

    [Fact]
    public async Task GetAsync_kubernetes_layout_is_read_before_and_after_the_swap()
    {
        SkipOnWindows();
        Directory.CreateDirectory(Path.Combine(Folder, "..2026_01"));
        Write("..2026_01/API_KEY", "old");
        Directory.CreateSymbolicLink(Path.Combine(Folder, "..data"), "..2026_01");
        File.CreateSymbolicLink(Path.Combine(Folder, "API_KEY"), "..data/API_KEY");
        Secret? before = await ReadAsync("API_KEY");

        Directory.CreateDirectory(Path.Combine(Folder, "..2026_02"));
        Write("..2026_02/API_KEY", "new");
        Directory.CreateSymbolicLink(Path.Combine(Folder, "..data_tmp"), "..2026_02");
        Rename(Path.Combine(Folder, "..data_tmp"), Path.Combine(Folder, "..data"));
        Directory.Delete(Path.Combine(Folder, "..2026_01"), recursive: true);

        Assert.Equal("old", before!.RevealString());
        Assert.Equal("new", (await ReadAsync("API_KEY"))!.RevealString());
    }

    [Fact]
    public async Task GetAsync_folder_that_is_a_link_itself_is_fine()
    {
        SkipOnWindows();
        Write("API_KEY", "value");
        Directory.CreateSymbolicLink(Path.Combine(_root, "mount"), Folder);
        FileSecretProvider provider = Create(Path.Combine(_root, "mount") + "/");
        Assert.Equal("value", (await provider.GetAsync(new SecretRequest("API_KEY"), Cancellation))!.RevealString());
        await provider.SetAsync("other", new SecretValue("value"), Cancellation);
        Assert.True(File.Exists(Path.Combine(Folder, "other")));
    }

    [Fact]
    public async Task GetAsync_missing_folder_holds_nothing() =>
        Assert.Null(await Create(Path.Combine(_root, "none")).GetAsync(new SecretRequest("API_KEY"), Cancellation));

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task GetAsync_folder_that_may_not_be_searched_is_a_failure_not_a_miss()
    {
        SkipOnWindows();
        Write("API_KEY", "value");
        UnixFileMode before = File.GetUnixFileMode(Folder);
        File.SetUnixFileMode(Folder, UnixFileMode.None);
        try
        {
            Assert.SkipWhen(File.Exists(Path.Combine(Folder, "API_KEY")), "The superuser may search every folder.");
            foreach (string name in (string[])["API_KEY", "missing"])
            {
                var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await ReadAsync(name));
                Assert.Contains("was denied", error.Message, StringComparison.Ordinal);
            }
        }
        finally
        {
            File.SetUnixFileMode(Folder, before);
        }
    }

    [Fact]
    public async Task GetAsync_path_the_system_refuses_is_a_failure_not_a_miss()
    {
        SkipOnWindows();
        Directory.CreateSymbolicLink(Path.Combine(Folder, "long"), new string('x', 300));

        await Assert.ThrowsAsync<SecretProviderException>(async () => await ReadAsync("long/API_KEY"));
    }

    [Fact]
    public async Task GetAsync_file_over_the_limit_is_refused()
    {
        File.WriteAllBytes(Path.Combine(Folder, "fits"), new byte[FileSecretProvider.MaximumBytes]);
        File.WriteAllBytes(Path.Combine(Folder, "large"), new byte[FileSecretProvider.MaximumBytes + 1]);

        Assert.Equal(FileSecretProvider.MaximumBytes, (await ReadAsync("fits"))!.Value.RevealBytes().Length);
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await ReadAsync("large"));
        Assert.Equal("The secret provider 'files' could not read 'large': the file has 1048577 bytes; at most 1048576 are allowed.", error.Message);
        await Assert.ThrowsAsync<SecretProviderException>(
            async () => await _provider.SetAsync("new", new SecretValue(new byte[FileSecretProvider.MaximumBytes + 1]), Cancellation));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("x\n")]
    [InlineData("\r\n")]
    [InlineData("\n\n")]
    [InlineData("x")]
    public async Task SetAsync_value_of_the_limit_is_read_back_whatever_it_ends_in(string end)
    {
        string value = new string('a', FileSecretProvider.MaximumBytes - end.Length) + end;
        await _provider.SetAsync("key", new SecretValue(value), Cancellation);
        Assert.Equal(value, (await ReadAsync("key"))!.RevealString());
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await _provider.SetAsync("key", new SecretValue("a" + value), Cancellation));
        Assert.Contains("the value has 1048577 bytes; at most 1048576 are allowed", error.Message, StringComparison.Ordinal);
        Write("key", "a" + value + "\n");
        await Assert.ThrowsAsync<SecretProviderException>(async () => await ReadAsync("key"));
    }

    [Fact]
    public async Task SetAsync_folder_that_we_make_is_kept_out_of_git()
    {
        string fresh = Path.Combine(_root, "fresh");
        await Create(fresh).SetAsync("key", new SecretValue("value"), Cancellation);
        Assert.Equal("*\n", await File.ReadAllTextAsync(Path.Combine(fresh, ".gitignore"), Cancellation));

        await _provider.SetAsync("key", new SecretValue("value"), Cancellation);
        Assert.False(File.Exists(Path.Combine(Folder, ".gitignore")), "a folder of the user's own is left as it is");
    }

    [Fact]
    public async Task ListAsync_gives_each_readable_file_once_by_its_path()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "db", "deep"));
        Directory.CreateDirectory(Path.Combine(Folder, ".hidden"));
        foreach (string file in (string[])["API_KEY", "Db__Password", "db/password", "db/deep/x.pem", ".gitignore", ".hidden/x", "a+b"])
            Write(file, "value");

        Assert.Equal(["API_KEY", "Db__Password", "db/deep/x.pem", "db/password"], await ListAsync(null));
        Assert.Equal(["db/deep/x.pem", "db/password"], await ListAsync("db/"));
        await foreach (SecretInfo info in _provider.ListAsync(null, Cancellation))
            Assert.Equal((info.Version, "files"), ((await ReadAsync(info.Name))!.Version, info.Provider));
        var missing = new List<SecretInfo>();
        await foreach (SecretInfo info in Create(Path.Combine(_root, "none")).ListAsync(null, Cancellation))
            missing.Add(info);
        Assert.Empty(missing);
    }

    [Fact]
    public async Task ListAsync_links_are_followed_inside_the_folder_only_and_end()
    {
        SkipOnWindows();
        Directory.CreateDirectory(Path.Combine(Folder, "..2026", "db"));
        Write("..2026/API_KEY", "value");
        Write("..2026/db/password", "value");
        Directory.CreateSymbolicLink(Path.Combine(Folder, "..data"), "..2026");
        File.CreateSymbolicLink(Path.Combine(Folder, "API_KEY"), "..data/API_KEY");
        Directory.CreateSymbolicLink(Path.Combine(Folder, "db"), "..data/db");
        Directory.CreateSymbolicLink(Path.Combine(Folder, "db", "up"), "../..");
        Directory.CreateSymbolicLink(Path.Combine(Folder, "db", "again"), ".");
        File.CreateSymbolicLink(Path.Combine(Folder, "outside"), "../outside");
        File.CreateSymbolicLink(Path.Combine(Folder, "nowhere"), "nothing");

        Assert.Equal(["API_KEY", "db/password"], await ListAsync(null));
    }

    [Fact]
    public async Task Subscribe_tells_the_name_of_a_file_that_changed()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "db"));
        var changes = new EventQueue();
        using IDisposable subscription = _provider.Subscribe(changes.Add);

        Write("API_KEY", "one");
        await changes.UntilAsync("API_KEY");
        await _provider.SetAsync("db/password", new SecretValue("two"), Cancellation);
        Assert.Equal("db/password", await changes.NextAfterAsync("API_KEY"));
        Write("Db__Password", "three");
        Assert.Null(await changes.NextAfterAsync("db/password"));
        File.Delete(Path.Combine(Folder, "API_KEY"));
        await changes.UntilAsync(name: null);
    }

    [Fact]
    public async Task Subscribe_kubernetes_swap_is_told_at_once()
    {
        SkipOnWindows();
        Directory.CreateDirectory(Path.Combine(Folder, "..2026_01"));
        Write("..2026_01/API_KEY", "old");
        Directory.CreateSymbolicLink(Path.Combine(Folder, "..data"), "..2026_01");
        File.CreateSymbolicLink(Path.Combine(Folder, "API_KEY"), "..data/API_KEY");
        var changes = new EventQueue();
        using IDisposable subscription = _provider.Subscribe(changes.Add);

        // What is being prepared is told nobody.
        Directory.CreateDirectory(Path.Combine(Folder, "..2026_02"));
        Write("..2026_02/API_KEY", "new");
        Directory.CreateSymbolicLink(Path.Combine(Folder, "..data_tmp"), "..2026_02");
        long start = TimeProvider.System.GetTimestamp();
        Rename(Path.Combine(Folder, "..data_tmp"), Path.Combine(Folder, "..data"));
        Assert.Null(await changes.NextAsync());
        TimeSpan seen = TimeProvider.System.GetElapsedTime(start);

        Assert.Equal("new", (await ReadAsync("API_KEY"))!.RevealString());
        Assert.True(changes.IsEmpty, "one swap is one event");
        // 100 ms are promised; the rest is for a machine that is busy with other tests.
        Assert.True(seen < TimeSpan.FromSeconds(5), $"the swap was seen after {seen.TotalMilliseconds} ms");
        TestContext.Current.TestOutputHelper?.WriteLine($"seen after {seen.TotalMilliseconds} ms");
    }

    [Fact]
    public async Task Subscribe_lost_notifications_are_told_as_any_change_and_watching_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Counts on the length of the system's queue.");
        int queue = int.Parse(await File.ReadAllTextAsync("/proc/sys/fs/inotify/max_queued_events", Cancellation), System.Globalization.CultureInfo.InvariantCulture);
        Assert.SkipUnless(queue <= 100_000, $"The system's queue holds {queue} events; filling it takes too long.");
        Write(".noise0", "");
        var changes = new EventQueue();
        using var inside = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        using IDisposable subscription = _provider.Subscribe(name =>
        {
            inside.Set();
            release.Wait(Cancellation);
            changes.Add(name);
        });
        Write("first", "one");
        inside.Wait(Cancellation);

        // Hidden names, which nobody is told of; each move is two events.
        for (int i = 0; i < queue; i++)
            File.Move(Path.Combine(Folder, $".noise{i}"), Path.Combine(Folder, $".noise{i + 1}"));
        release.Set();
        await changes.UntilAsync(name: null);

        Write("second", "two");
        await changes.UntilAsync("second");
    }

    [Fact]
    public async Task Subscribe_folder_may_come_later_and_go_and_come_again()
    {
        string folder = Path.Combine(_root, "a", "b", "secrets");
        using FileSecretProvider provider = Create(folder);
        var changes = new EventQueue();
        using IDisposable subscription = provider.Subscribe(changes.Add);
        for (int round = 0; round < 3; round++)
        {
            Directory.CreateDirectory(folder);
            await changes.UntilAsync(name: null);
            File.WriteAllText(Path.Combine(folder, $"key{round}"), "value");
            await changes.UntilAsync(async () => (await provider.GetAsync(new SecretRequest($"key{round}"), Cancellation)) is not null);
            Directory.Delete(Path.Combine(_root, "a"), recursive: true);
            await changes.UntilAsync(async () => (await provider.GetAsync(new SecretRequest($"key{round}"), Cancellation)) is null);
        }
    }

    [Fact]
    public async Task Subscribe_that_ended_is_told_no_more()
    {
        var ended = new EventQueue();
        var lasting = new EventQueue();
        IDisposable subscription = _provider.Subscribe(ended.Add);
        using (_provider.Subscribe(lasting.Add))
        {
            subscription.Dispose();
            Write("API_KEY", "one");
            await lasting.UntilAsync("API_KEY");
            Assert.True(ended.IsEmpty);
        }

        // The last one ended the watch; the next one begins it anew.
        using IDisposable again = _provider.Subscribe(ended.Add);
        Write("API_KEY", "two");
        await ended.UntilAsync("API_KEY");
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task GetAsync_file_of_group_or_others_warns_once_or_is_refused()
    {
        SkipOnWindows();
        Write("private", "value");
        Write("open", "value");
        File.SetUnixFileMode(Path.Combine(Folder, "private"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(Path.Combine(Folder, "open"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        await ReadAsync("private");
        await ReadAsync("open");
        await ReadAsync("open");
        FakeLogRecord warning = Assert.Single(_logs.GetSnapshot());
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Contains("'open' (provider 'files', mode 644)", warning.Message, StringComparison.Ordinal);

        FileSecretProvider strict = Create(requirePrivate: true);
        Assert.NotNull(await strict.GetAsync(new SecretRequest("private"), Cancellation));
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await strict.GetAsync(new SecretRequest("open"), Cancellation));
        Assert.Equal(
            "The secret provider 'files' could not read 'open': group or others have access to its file (mode 644). "
            + "Run 'chmod 600' on it, or set Varai:Secrets:RequirePrivateFiles to false.",
            error.Message);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task SetAsync_file_and_folders_are_private_and_nothing_else_is_left()
    {
        SkipOnWindows();
        string folder = Path.Combine(_root, "fresh", "secrets");
        FileSecretProvider provider = Create(folder);

        await provider.SetAsync("db/password", new SecretValue("value"), Cancellation);

        Assert.Equal(["password"], Directory.GetFileSystemEntries(Path.Combine(folder, "db")).Select(Path.GetFileName));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, "db", "password")));
        UnixFileMode all = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal((all, all), (File.GetUnixFileMode(folder), File.GetUnixFileMode(Path.Combine(folder, "db"))));
    }

    [Fact]
    public async Task SetAsync_readers_see_the_old_or_the_new_value_whole()
    {
        string[] values = [new('a', 50_000), new('b', 70_000)];
        await _provider.SetAsync("key", new SecretValue(values[0]), Cancellation);
        using var done = new CancellationTokenSource();
        Task<int> reader = Task.Run(
            async () =>
            {
                int reads = 0;
                while (!done.IsCancellationRequested || reads < 10)
                {
                    Assert.Contains((await ReadAsync("key"))!.RevealString(), values);
                    reads++;
                }

                return reads;
            },
            Cancellation);

        for (int i = 0; i < 50; i++)
            await _provider.SetAsync("key", new SecretValue(values[i % 2]), Cancellation);
        await done.CancelAsync();
        Assert.True(await reader >= 10);
    }

    [Fact]
    public async Task SetAsync_failure_leaves_the_old_value_and_no_temporary_file()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "db"));
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await _provider.SetAsync("db", new SecretValue("value"), Cancellation));
        Assert.Contains("is a folder", error.Message, StringComparison.Ordinal);
        Write("file", "old");
        await Assert.ThrowsAsync<SecretProviderException>(async () => await _provider.SetAsync("file/below", new SecretValue("value"), Cancellation));

        Assert.Equal("old", (await ReadAsync("file"))!.RevealString());
        Assert.Equal(["db", "file"], Directory.GetFileSystemEntries(Folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task SetAsync_name_that_can_be_no_file_is_an_argument_error()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await _provider.SetAsync("a+b", new SecretValue("value"), Cancellation));
        Assert.StartsWith("The secret name 'a+b' can't be a file's name", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetAsync_any_bytes_are_read_back()
    {
        Gen<byte[]> texts = Gen.String[Gen.Char["ab\r\né"], 0, 6].Select(Encoding.UTF8.GetBytes);
        await Gen.OneOf(texts, Gen.Byte.Array[0, 6]).SampleAsync(
            async bytes =>
            {
                await _provider.SetAsync("key", new SecretValue(bytes.ToArray()), Cancellation);
                return (await ReadAsync("key"))!.Value.RevealBytes().Span.SequenceEqual(bytes);
            },
            iter: 300,
            threads: 1);
    }

    [Fact]
    public async Task DeleteAsync_link_out_of_the_folder_is_refused()
    {
        SkipOnWindows();
        File.CreateSymbolicLink(Path.Combine(Folder, "link"), "../outside");
        await Assert.ThrowsAsync<SecretProviderException>(async () => await _provider.DeleteAsync("link", Cancellation));
        Assert.True(File.Exists(Path.Combine(_root, "outside")));
    }

    [Fact]
    public async Task Contract_is_kept() => await new SecretProviderContract(
        _provider,
        async (name, value, token) => await File.WriteAllBytesAsync(Path.Combine(Folder, name), value.RevealBytes(), token)).RunAsync(Cancellation);

    // Over a link to a folder, which File.Move will not do.
    private static void Rename(string from, string to)
    {
        using var rename = System.Diagnostics.Process.Start("mv", ["-T", from, to]);
        rename.WaitForExit();
    }

    private static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Symbolic links and file modes are POSIX's here.");

    private FileSecretProvider Create(string? folder = null, bool requirePrivate = false) =>
        new("files", folder ?? Folder, requirePrivate, new FakeLogger<FileSecretProvider>(_logs));

    private async Task<IReadOnlyList<string>> ListAsync(string? prefix)
    {
        var names = new List<string>();
        await foreach (SecretInfo info in _provider.ListAsync(prefix, Cancellation))
            names.Add(info.Name);
        return [.. names.Order(StringComparer.Ordinal)];
    }

    private ValueTask<Secret?> ReadAsync(string name) => _provider.GetAsync(new SecretRequest(name), Cancellation);

    private void Write(string file, string content) => File.WriteAllText(Path.Combine(Folder, file), content);
}
