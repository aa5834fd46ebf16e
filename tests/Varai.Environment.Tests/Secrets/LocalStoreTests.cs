using System.Runtime.Versioning;
using System.Text;
using CsCheck;
using Varai.Secrets;
using Varai.Secrets.LocalStore;
using Varai.Testing.Secrets;
using Varai.Tests.Configuration.Writing;

namespace Varai.Tests.Secrets;

public sealed class LocalStoreTests : IDisposable
{
    private const string Canary = "s3cr3t-canary-local-store-0123456789";

    private readonly LocalStoreFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Contract_is_kept()
    {
        using LocalSecretProvider store = _folder.Open();
        using LocalSecretProvider other = _folder.Open();
        await new SecretProviderContract(store, async (name, value, token) => await other.SetAsync(name, value, token)).RunAsync(Token);
    }

    [Fact]
    public async Task GetAsync_before_the_first_write_makes_nothing_on_disk()
    {
        using LocalSecretProvider store = _folder.Open();
        Assert.Null(await store.GetAsync(new SecretRequest("name"), Token));
        Assert.False(await store.DeleteAsync("name", Token));
        await store.RotateAsync(Token);
        await foreach (SecretInfo info in store.ListAsync(null, Token))
            Assert.Fail(info.Name);
        using (store.Subscribe(_ => { }))
            Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public async Task GetAsync_completes_without_waiting()
    {
        await _folder.WriteAsync("name", "value");
        using LocalSecretProvider store = _folder.Open();
        ValueTask<Secret?> reading = store.GetAsync(new SecretRequest("name"), Token);
        Assert.True(reading.IsCompletedSuccessfully);
        Assert.Equal("value", (await reading)!.RevealString());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task SetAsync_files_and_folders_are_private_and_nothing_else_is_left()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are POSIX's.");
        await _folder.WriteAsync("name", "value");

        const UnixFileMode File600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        string folder = Path.GetDirectoryName(_folder.StorePath)!;
        Assert.Equal([".gitignore", "secrets.enc"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("*\n", await File.ReadAllTextAsync(Path.Combine(folder, ".gitignore"), Token));
        Assert.Equal((File600, File600), (File.GetUnixFileMode(_folder.StorePath), File.GetUnixFileMode(_folder.KeyPath)));
        Assert.Equal(
            (File600 | UnixFileMode.UserExecute, File600 | UnixFileMode.UserExecute),
            (File.GetUnixFileMode(folder), File.GetUnixFileMode(Path.GetDirectoryName(_folder.KeyPath)!)));
    }

    [Fact]
    public async Task SetAsync_value_is_nowhere_on_disk_or_in_the_log()
    {
        using LocalSecretProvider store = _folder.Open();
        await store.SetAsync("name", new SecretValue(Canary), Token);
        await store.SetAsync("other", new SecretValue(Canary + "2"), Token);
        await store.RotateAsync(Token);
        await store.DeleteAsync("other", Token);

        Assert.True(_folder.AllBytes().AsSpan().IndexOf("\"name\""u8) >= 0, "names are in clear, which shows that the right files are searched");
        Assert.False(_folder.Holds(Canary));
        Assert.DoesNotContain(_folder.Logs.GetSnapshot(), record => record.Message.Contains(Canary, StringComparison.Ordinal));
        Assert.DoesNotContain(Canary, store.ToString() + await store.GetAsync(new SecretRequest("name"), Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetAsync_keeps_the_last_versions()
    {
        using LocalSecretProvider store = _folder.Open(maxVersions: 3);
        var versions = new List<string>();
        for (int i = 0; i < 5; i++)
            versions.Add((await store.SetAsync("name", new SecretValue($"value {i}"), Token))!);

        for (int i = 0; i < 5; i++)
            Assert.Equal(i < 2 ? null : $"value {i}", await _folder.ReadAsync("name", versions[i]));
        Assert.Null(await _folder.ReadAsync("name", "0" + versions[4]));
    }

    [Fact]
    public async Task DeleteAsync_leaves_no_version_and_no_number_is_used_again()
    {
        string? first = await _folder.WriteAsync("name", "one");
        using (LocalSecretProvider store = _folder.Open())
            Assert.True(await store.DeleteAsync("name", Token));

        Assert.False(_folder.AllBytes().AsSpan().IndexOf("\"name\":\"name\""u8) >= 0);
        Assert.NotEqual(first, await _folder.WriteAsync("name", "two"));
        Assert.Null(await _folder.ReadAsync("name", first));
    }

    [Fact]
    public async Task SetAsync_value_over_the_limit_is_refused()
    {
        using LocalSecretProvider store = _folder.Open();
        var error = await Assert.ThrowsAsync<SecretProviderException>(
            async () => await store.SetAsync("name", new SecretValue(new byte[SecretFileReader.MaximumBytes + 1]), Token));
        Assert.Equal("The secret provider 'local' could not write 'name': the value has 1048577 bytes; at most 1048576 are allowed.", error.Message);
        await store.SetAsync("name", new SecretValue(new byte[SecretFileReader.MaximumBytes]), Token);
    }

    [Fact]
    public async Task ListAsync_names_versions_and_times()
    {
        using LocalSecretProvider store = _folder.Open();
        await store.SetAsync("a/one", new SecretValue("1"), Token);
        string? version = await store.SetAsync("a/one", new SecretValue("2"), Token);
        await store.SetAsync("b", new SecretValue("3"), Token);

        var listed = new List<SecretInfo>();
        await foreach (SecretInfo info in store.ListAsync("a/", Token))
            listed.Add(info);
        SecretInfo only = Assert.Single(listed);
        Secret? secret = await store.GetAsync(new SecretRequest("a/one"), Token);
        Assert.Equal(("a/one", "local", version, secret!.CreatedAt), (only.Name, only.Provider, only.Version, only.ChangedAt));
        Assert.NotNull(only.ChangedAt);
    }

    [Fact]
    public async Task GetAsync_sees_what_another_process_wrote()
    {
        using LocalSecretProvider reader = _folder.Open();
        using LocalSecretProvider writer = _folder.Open();
        // As fast as possible: the file's length stays the same, so only its time tells.
        for (int i = 100; i < 200; i++)
        {
            await writer.SetAsync("name", new SecretValue($"value {i}"), Token);
            await writer.DeleteAsync("none", Token);
            Assert.Equal($"value {i}", (await reader.GetAsync(new SecretRequest("name"), Token))!.RevealString());
        }
    }

    [Fact]
    public async Task Subscribe_tells_of_what_another_process_wrote()
    {
        using LocalSecretProvider reader = _folder.Open();
        using LocalSecretProvider writer = _folder.Open();
        var changes = new EventQueue();
        using IDisposable subscription = reader.Subscribe(changes.Add);

        await writer.SetAsync("name", new SecretValue("one"), Token);
        Assert.Null(await changes.NextAsync());
        await changes.UntilAsync(async () => (await reader.GetAsync(new SecretRequest("name"), Token))?.RevealString() == "one");
        await writer.SetAsync("name", new SecretValue("two"), Token);
        await changes.UntilAsync(async () => (await reader.GetAsync(new SecretRequest("name"), Token))?.RevealString() == "two");
    }

    [Fact]
    public async Task Subscribe_tells_the_names_that_have_changed_and_no_other()
    {
        using LocalSecretProvider writer = _folder.Open();
        await writer.SetAsync("first", new SecretValue("one"), Token);
        await writer.SetAsync("second", new SecretValue("one"), Token);
        using LocalSecretProvider reader = _folder.Open();
        var changes = new EventQueue();
        using IDisposable subscription = reader.Subscribe(changes.Add);
        await reader.GetAsync(new SecretRequest("first"), Token);

        await writer.SetAsync("second", new SecretValue("two"), Token);
        Assert.Equal("second", await changes.NextAsync());
        await writer.DeleteAsync("first", Token);
        Assert.Equal("first", await changes.NextAfterAsync("second"));
        await writer.SetAsync("third", new SecretValue("one"), Token);
        Assert.Equal("third", await changes.NextAfterAsync("first"));

        // Its own writes too: another part of the service may have the value.
        await reader.SetAsync("third", new SecretValue("two"), Token);
        await reader.SetAsync("fourth", new SecretValue("two"), Token);
        await changes.UntilAsync("fourth");

        // What another process has encrypted anew can't be read without asking for its key.
        await writer.RotateAsync(Token);
        Assert.Null(await changes.NextAfterAsync("fourth"));
        await changes.UntilAsync(async () => (await reader.GetAsync(new SecretRequest("third"), Token))?.RevealString() == "two");
        await writer.SetAsync("third", new SecretValue("three"), Token);
        Assert.Equal("third", await changes.NextAfterAsync(null));
    }

    [Fact]
    public async Task Operations_at_random_agree_with_a_dictionary()
    {
        Gen<(int Kind, string Name, byte[] Value)> operation = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 4].Select(i => new[] { "a", "b/c", "D:e", "é", "=+%" }[i]), Gen.Byte.Array[0, 40]);
        await operation.List[1, 25].SampleAsync(
            async operations =>
            {
                using var folder = new LocalStoreFolder();
                var model = new Dictionary<string, List<(string Version, byte[] Value)>>();
                LocalSecretProvider store = folder.Open(maxVersions: 2);
                foreach ((int kind, string name, byte[] value) in operations)
                {
                    if (kind < 5)
                    {
                        string version = (await store.SetAsync(name, new SecretValue(value), Token))!;
                        List<(string, byte[])> versions = model.TryGetValue(name, out List<(string, byte[])>? known) ? known : model[name] = [];
                        versions.Add((version, value));
                        if (versions.Count > 2)
                            versions.RemoveAt(0);
                    }
                    else if (kind < 7)
                    {
                        Assert.Equal(model.Remove(name), await store.DeleteAsync(name, Token));
                    }
                    else if (kind == 7)
                    {
                        await store.RotateAsync(Token);
                    }
                    else
                    {
                        store.Dispose();
                        store = folder.Open(maxVersions: 2);
                    }

                    await CheckAsync(store, model);
                }

                store.Dispose();
            },
            iter: 30,
            threads: 1);
    }

    [Fact]
    public async Task GetAsync_any_flipped_byte_is_an_error_and_never_another_value()
    {
        await _folder.WriteAsync("one", Canary);
        await _folder.WriteAsync("two", Canary + "2");
        await _folder.WriteAsync("one", Canary + "3");
        byte[] whole = await File.ReadAllBytesAsync(_folder.StorePath, Token);
        var random = new Random(17);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(_folder.StorePath, damaged, Token);
            using LocalSecretProvider store = _folder.Open();
            var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await store.GetAsync(new SecretRequest("two"), Token));
            Assert.DoesNotContain(Canary, error.ToString(), StringComparison.Ordinal);
        }

        await File.WriteAllBytesAsync(_folder.StorePath, whole, Token);
        Assert.Equal(Canary + "2", await _folder.ReadAsync("two"));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("empty")]
    [InlineData("entry removed")]
    [InlineData("entry twice")]
    [InlineData("entry of before")]
    [InlineData("name changed")]
    [InlineData("values swapped")]
    public async Task GetAsync_changed_file_is_refused(string change)
    {
        await _folder.WriteAsync("one", "value 1");
        string[] before = await File.ReadAllLinesAsync(_folder.StorePath, Token);
        await _folder.WriteAsync("two", "value 2");
        await _folder.WriteAsync("one", "value 3");
        List<string> lines = [.. await File.ReadAllLinesAsync(_folder.StorePath, Token)];
        Assert.Equal(5, lines.Count);
        switch (change)
        {
            case "cut":
                lines.RemoveAt(4);
                break;
            case "empty":
                lines.Clear();
                break;
            case "entry removed":
                lines.RemoveAt(2);
                break;
            case "entry twice":
                lines.Insert(2, lines[1]);
                break;
            case "entry of before":
                lines[2] = before[1];
                break;
            case "name changed":
                lines[3] = lines[3].Replace("\"two\"", "\"one\"", StringComparison.Ordinal);
                break;
            default:
                (lines[2], lines[3]) = (Take(lines[2], lines[3]), Take(lines[3], lines[2]));
                break;
        }

        await File.WriteAllTextAsync(_folder.StorePath, string.Concat(lines.Select(line => line + "\n")), Token);
        var error = await Assert.ThrowsAsync<SecretProviderException>(() => _folder.ReadAsync("two"));
        Assert.StartsWith($"The secret provider 'local' could not read 'two': the store '{_folder.StorePath}' can't be used: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Put the file of a backup in its place; if its secrets are not needed, delete it.", error.Message, StringComparison.Ordinal);
        if (change is "name changed" or "values swapped")
            Assert.Contains("the entry 'one' in line", error.Message, StringComparison.Ordinal);

        // A writer does not make it worse.
        await Assert.ThrowsAsync<SecretProviderException>(() => _folder.WriteAsync("three", "value"));
        Assert.Equal(lines, await File.ReadAllLinesAsync(_folder.StorePath, Token));

        static string Take(string line, string from) => line[..line.IndexOf("\"nonce\"", StringComparison.Ordinal)] + from[from.IndexOf("\"nonce\"", StringComparison.Ordinal)..];
    }

    [Fact]
    public async Task GetAsync_other_format_is_told()
    {
        await _folder.WriteAsync("name", "value");
        string text = await File.ReadAllTextAsync(_folder.StorePath, Token);
        await File.WriteAllTextAsync(_folder.StorePath, text.Replace("\"format\":1", "\"format\":2,\"new\":true", StringComparison.Ordinal), Token);

        var error = await Assert.ThrowsAsync<SecretProviderException>(() => _folder.ReadAsync("name"));
        Assert.EndsWith("it has the format 2, and this version of Varai knows the format 1. Use the version that wrote it.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetAsync_folder_that_can_not_be_made_is_a_clear_error_and_keeps_nothing()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Root, "store"), "a file where the folder should be", Token);
        var error = await Assert.ThrowsAsync<SecretProviderException>(() => _folder.WriteAsync("name", Canary));
        Assert.StartsWith($"The secret provider 'local' could not write 'name': the store '{_folder.StorePath}' can't be used: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task SetAsync_folder_that_may_not_be_written_keeps_the_old_content()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are POSIX's.");
        await _folder.WriteAsync("name", "old");
        string folder = Path.GetDirectoryName(_folder.StorePath)!;
        UnixFileMode before = File.GetUnixFileMode(folder);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Assert.SkipWhen(Environment.IsPrivilegedProcess, "The superuser may write into every folder.");
            var error = await Assert.ThrowsAsync<SecretProviderException>(() => _folder.WriteAsync("name", "new"));
            Assert.Contains("access was denied", error.Message, StringComparison.Ordinal);
            Assert.Equal("old", await _folder.ReadAsync("name"));
        }
        finally
        {
            File.SetUnixFileMode(folder, before);
        }
    }

    [Fact]
    public async Task SetAsync_file_that_can_not_be_replaced_leaves_no_temporary_file()
    {
        Directory.CreateDirectory(Path.Combine(_folder.StorePath, "in the way"));
        await Assert.ThrowsAsync<SecretProviderException>(() => _folder.WriteAsync("name", Canary));
        Assert.Equal([_folder.StorePath], Directory.GetFileSystemEntries(Path.GetDirectoryName(_folder.StorePath)!));
    }

    [Fact]
    public async Task SetAsync_store_behind_a_link_is_changed_where_it_is()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        string real = Path.Combine(_folder.Root, "volume", "real.enc");
        Directory.CreateDirectory(Path.GetDirectoryName(real)!);
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.StorePath)!);
        File.CreateSymbolicLink(_folder.StorePath, Path.Combine("..", "volume", "real.enc"));

        await _folder.WriteAsync("name", "one");
        await _folder.WriteAsync("name", "two");

        Assert.NotNull(new FileInfo(_folder.StorePath).LinkTarget);
        Assert.Equal("two", await _folder.ReadAsync("name"));
        Assert.Equal([real], Directory.GetFileSystemEntries(Path.GetDirectoryName(real)!));
        Assert.Equal([_folder.StorePath], Directory.GetFileSystemEntries(Path.GetDirectoryName(_folder.StorePath)!));
    }

    [Fact]
    public async Task SetAsync_removes_what_a_dead_process_left()
    {
        await _folder.WriteAsync("name", "value");
        string left = Path.Combine(Path.GetDirectoryName(_folder.StorePath)!, $".secrets.enc.{Guid.NewGuid():N}.tmp");
        await File.WriteAllTextAsync(left, "half", Token);
        await _folder.WriteAsync("name", "value 2");
        Assert.False(File.Exists(left));
    }

    [Fact]
    public async Task SetAsync_on_a_full_disk_keeps_the_old_content_and_works_again_with_room()
    {
        string folder = Path.GetDirectoryName(_folder.StorePath)!;
        Directory.CreateDirectory(folder);
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && ReadOnlyFolder.Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder),
            "needs the right to mount a small file system; run as root on Linux");
        try
        {
            using LocalSecretProvider store = _folder.Open();
            await store.SetAsync("name", new SecretValue("one"), Token);
            string ballast = Path.Combine(folder, "ballast");
            Assert.IsType<IOException>(await Record.ExceptionAsync(() => File.WriteAllBytesAsync(ballast, new byte[1_000_000], Token)));

            SecretProviderException full = await Assert.ThrowsAsync<SecretProviderException>(
                async () => await store.SetAsync("name", new SecretValue(new string('x', 10_000)), Token));
            Assert.Equal("one", (await store.GetAsync(new SecretRequest("name"), Token))!.RevealString());
            Assert.Equal("one", await _folder.ReadAsync("name"));
            Assert.DoesNotContain("xxx", full.ToString(), StringComparison.Ordinal);

            File.Delete(ballast);
            await store.SetAsync("name", new SecretValue("two"), Token);
            Assert.Equal("two", await _folder.ReadAsync("name"));
            Assert.DoesNotContain(Directory.EnumerateFiles(folder), file => file.EndsWith(".tmp", StringComparison.Ordinal));
        }
        finally
        {
            Assert.True(ReadOnlyFolder.Run("umount", "-l", folder));
        }
    }

    [Fact]
    public async Task SetAsync_from_many_tasks_and_two_stores_loses_nothing()
    {
        using LocalSecretProvider first = _folder.Open();
        using LocalSecretProvider second = _folder.Open();
        string?[] versions = await Task.WhenAll(Enumerable.Range(0, 60).Select(
            async i => await (i % 2 == 0 ? first : second).SetAsync($"key-{i % 20}", new SecretValue($"value {i}"), Token)));
        Assert.Equal(60, versions.Distinct(StringComparer.Ordinal).Count());
        using LocalSecretProvider store = _folder.Open();
        for (int i = 0; i < 60; i++)
            Assert.Equal($"value {i}", (await store.GetAsync(new SecretRequest($"key-{i % 20}") { Version = versions[i] }, Token))!.RevealString());
    }

    private static async Task CheckAsync(LocalSecretProvider store, Dictionary<string, List<(string Version, byte[] Value)>> model)
    {
        var listed = new List<string>();
        await foreach (SecretInfo info in store.ListAsync(null, Token))
            listed.Add(info.Name);
        Assert.Equal(model.Keys.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        foreach ((string name, List<(string Version, byte[] Value)> versions) in model)
        {
            foreach ((string version, byte[] value) in versions)
                Assert.Equal(value, (await store.GetAsync(new SecretRequest(name) { Version = version }, Token))!.Value.RevealBytes().ToArray());
            Secret? current = await store.GetAsync(new SecretRequest(name), Token);
            Assert.Equal((versions[^1].Version, Encoding.Latin1.GetString(versions[^1].Value)), (current!.Version, Encoding.Latin1.GetString(current.Value.RevealBytes().Span)));
        }
    }
}
