using System.Runtime.Versioning;
using System.Security.Cryptography;
using Varai.Secrets;
using Varai.Secrets.LocalStore;

namespace Varai.Tests.Secrets;

public sealed class LocalStoreKeyTests : IDisposable
{
    private readonly LocalStoreFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task GetAsync_key_of_the_environment_is_used_before_the_key_file()
    {
        _folder.Variables["VARAI_SECRET_KEY"] = LocalStoreFolder.NewKey();
        await _folder.WriteAsync("name", "value");
        Assert.False(File.Exists(_folder.KeyPath));
        Assert.Equal("value", await _folder.ReadAsync("name"));

        _folder.Variables["VARAI_SECRET_KEY_FILE"] = WriteFile("mounted", _folder.Variables["VARAI_SECRET_KEY"] + "\n");
        await AssertFailsAsync("both VARAI_SECRET_KEY and VARAI_SECRET_KEY_FILE are set. Remove one of them.");
        _folder.Variables.Remove("VARAI_SECRET_KEY");
        Assert.Equal("value", await _folder.ReadAsync("name"));
    }

    [Fact]
    public async Task GetAsync_missing_key_says_where_one_is_looked_for()
    {
        await _folder.WriteAsync("name", "value");
        string id = await IdAsync();
        File.Delete(_folder.KeyPath);

        string error = await AssertFailsAsync($"it was made with the key {id}, and there is no key");
        Assert.Contains($"VARAI_SECRET_KEY and VARAI_SECRET_KEY_FILE are not set, and the key file '{_folder.KeyPath}' does not exist", error, StringComparison.Ordinal);

        // No new key is made: it could not read what is there.
        await Assert.ThrowsAsync<SecretProviderException>(() => _folder.WriteAsync("other", "value"));
        Assert.False(File.Exists(_folder.KeyPath));
    }

    [Fact]
    public async Task GetAsync_wrong_key_names_both_keys()
    {
        _folder.Variables["VARAI_SECRET_KEY"] = LocalStoreFolder.NewKey();
        await _folder.WriteAsync("name", "value");
        string made = await IdAsync();
        byte[] before = await File.ReadAllBytesAsync(_folder.StorePath, Token);
        string wrong = _folder.Variables["VARAI_SECRET_KEY"] = LocalStoreFolder.NewKey();
        string given = MasterKey.Parse(System.Text.Encoding.ASCII.GetBytes(wrong), "").Id;

        string error = await AssertFailsAsync($"it was made with the key {made}, but the environment variable VARAI_SECRET_KEY has the key {given}.");
        Assert.DoesNotContain(wrong, error, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SecretProviderException>(() => _folder.WriteAsync("other", "value"));
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.StorePath, Token));
    }

    [Theory]
    [InlineData("s3cr3t-canary-no-base64!")]
    [InlineData("dG9vIHNob3J0")]
    [InlineData(" ")]
    public async Task GetAsync_what_is_no_key_is_refused_without_being_shown(string key)
    {
        await _folder.WriteAsync("name", "value");
        _folder.Variables["VARAI_SECRET_KEY"] = key;
        string error = await AssertFailsAsync(
            "the environment variable VARAI_SECRET_KEY does not hold a key: 32 bytes in base64 are expected. 'openssl rand -base64 32' makes one.");
        Assert.DoesNotContain(key.Trim().PadLeft(4, '?'), error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3cr3t-canary-key-in-the-wrong-variable")]
    [InlineData("/no/such/s3cr3t-canary/file")]
    public async Task GetAsync_key_file_of_the_environment_that_is_missing_is_an_error_without_its_path(string path)
    {
        await _folder.WriteAsync("name", "value");
        _folder.Variables["VARAI_SECRET_KEY_FILE"] = path;
        string error = await AssertFailsAsync("the file that VARAI_SECRET_KEY_FILE names can't be read: ");
        Assert.DoesNotContain("s3cr3t-canary", error, StringComparison.Ordinal);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task GetAsync_key_file_that_others_can_read_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are POSIX's.");
        await _folder.WriteAsync("name", "value");
        File.SetUnixFileMode(_folder.KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await AssertFailsAsync($"group or others have access to the key file '{_folder.KeyPath}' (mode 640). Run 'chmod 600' on it; if they may have read it, rotate the key.");
    }

    [Fact]
    public async Task SetAsync_without_any_place_for_a_key_says_what_to_set()
    {
        _folder.HasKeyFile = false;
        var error = await Assert.ThrowsAsync<SecretProviderException>(() => _folder.WriteAsync("name", "value"));
        Assert.Contains("Set the environment variable VARAI_SECRET_KEY or VARAI_SECRET_KEY_FILE, or Varai:Secrets:LocalStore:KeyFile.", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.StorePath));
    }

    [Fact]
    public async Task SetAsync_two_stores_share_one_key_file()
    {
        using var other = new LocalStoreFolder();
        await _folder.WriteAsync("name", "value");
        string key = await File.ReadAllTextAsync(_folder.KeyPath, Token);
        Directory.CreateDirectory(Path.GetDirectoryName(other.KeyPath)!);
        File.Copy(_folder.KeyPath, other.KeyPath);
        await other.WriteAsync("name", "other value");
        Assert.Equal(key, await File.ReadAllTextAsync(other.KeyPath, Token));

        // The first rotates the key in the file; the second still finds its own there.
        using (LocalSecretProvider store = _folder.Open())
            await store.RotateAsync(Token);
        File.Copy(_folder.KeyPath, other.KeyPath, overwrite: true);
        Assert.Equal("other value", await other.ReadAsync("name"));
        Assert.Equal("value", await _folder.ReadAsync("name"));
    }

    [Fact]
    public async Task RotateAsync_key_file_needs_the_former_key_no_more()
    {
        string? version = await _folder.WriteAsync("name", "one");
        await _folder.WriteAsync("name", "two");
        string former = (await File.ReadAllLinesAsync(_folder.KeyPath, Token)).Single();
        string formerId = await IdAsync();
        string[] before = await File.ReadAllLinesAsync(_folder.StorePath, Token);
        using LocalSecretProvider running = _folder.Open();
        Assert.NotNull(await running.GetAsync(new SecretRequest("name"), Token));

        using (LocalSecretProvider store = _folder.Open())
            await store.RotateAsync(Token);

        string[] keys = await File.ReadAllLinesAsync(_folder.KeyPath, Token);
        Assert.Equal(former, keys[1]);
        await File.WriteAllTextAsync(_folder.KeyPath, keys[0] + "\n", Token);
        Assert.Equal(("two", "one"), (await _folder.ReadAsync("name"), await _folder.ReadAsync("name", version)));
        Assert.Equal("two", (await running.GetAsync(new SecretRequest("name"), Token))!.RevealString());
        Assert.NotEqual(formerId, await IdAsync());
        string[] after = await File.ReadAllLinesAsync(_folder.StorePath, Token);
        Assert.Empty(before.Intersect(after));

        // Whoever has the former key and the new file has nothing.
        await File.WriteAllTextAsync(_folder.KeyPath, former + "\n", Token);
        await AssertFailsAsync($"but the key file '{_folder.KeyPath}' has the key {formerId}.");
    }

    [Fact]
    public async Task RotateAsync_removes_what_a_dead_process_left_of_the_key_file()
    {
        await _folder.WriteAsync("name", "value");
        string left = Path.Combine(Path.GetDirectoryName(_folder.KeyPath)!, $".service.key.{Guid.NewGuid():N}.tmp");
        File.Copy(_folder.KeyPath, left);
        using (LocalSecretProvider store = _folder.Open())
            await store.RotateAsync(Token);
        Assert.False(File.Exists(left));
        Assert.Equal("value", await _folder.ReadAsync("name"));
    }

    [Fact]
    public async Task RotateAsync_key_file_that_would_be_too_long_to_read_is_left_as_it_is()
    {
        await _folder.WriteAsync("name", "value");
        await File.AppendAllTextAsync(_folder.KeyPath, "#" + new string('-', 64 * 1024 - 60), Token);
        byte[] before = await File.ReadAllBytesAsync(_folder.KeyPath, Token);

        using (LocalSecretProvider store = _folder.Open())
        {
            var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await store.RotateAsync(Token));
            Assert.Contains("Remove the keys that no store needs any more", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.KeyPath, Token));
        Assert.Equal("value", await _folder.ReadAsync("name"));
    }

    [Fact]
    public async Task RotateAsync_key_file_behind_a_link_is_changed_where_it_is()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        await _folder.WriteAsync("name", "value");
        string real = Path.Combine(_folder.Root, "real.key");
        File.Move(_folder.KeyPath, real);
        File.CreateSymbolicLink(_folder.KeyPath, real);

        using (LocalSecretProvider store = _folder.Open())
            await store.RotateAsync(Token);

        Assert.Equal(real, new FileInfo(_folder.KeyPath).LinkTarget);
        Assert.Equal(2, (await File.ReadAllLinesAsync(real, Token)).Length);
        Assert.Equal("value", await _folder.ReadAsync("name"));
    }

    [Fact]
    public async Task GetAsync_previous_key_opens_the_store_and_is_replaced_at_once()
    {
        string former = _folder.Variables["VARAI_SECRET_KEY"] = LocalStoreFolder.NewKey();
        await _folder.WriteAsync("name", "value");
        string formerId = await IdAsync();
        _folder.Variables["VARAI_SECRET_KEY"] = LocalStoreFolder.NewKey();
        _folder.Variables["VARAI_SECRET_KEY_PREVIOUS"] = former;
        using (LocalSecretProvider store = _folder.Open())
        {
            ValueTask<Secret?> reading = store.GetAsync(new SecretRequest("name"), Token);
            Assert.True(reading.IsCompletedSuccessfully);
            Assert.Equal("value", (await reading)!.RevealString());
        }

        Assert.Contains(_folder.Logs.GetSnapshot(), record => record.Id.Id == 1241 && record.Message.EndsWith($"it needs the key {formerId} no more.", StringComparison.Ordinal));
        _folder.Variables.Remove("VARAI_SECRET_KEY_PREVIOUS");
        Assert.Equal("value", await _folder.ReadAsync("name"));
    }

    [Fact]
    public async Task GetAsync_previous_key_file_moves_the_store_from_the_key_file_to_the_environment()
    {
        await _folder.WriteAsync("name", "value");
        _folder.Variables["VARAI_SECRET_KEY"] = LocalStoreFolder.NewKey();
        _folder.Variables["VARAI_SECRET_KEY_PREVIOUS_FILE"] = _folder.KeyPath;
        await _folder.WriteAsync("other", "value 2");

        File.Delete(_folder.KeyPath);
        _folder.Variables.Remove("VARAI_SECRET_KEY_PREVIOUS_FILE");
        Assert.Equal(("value", "value 2"), (await _folder.ReadAsync("name"), await _folder.ReadAsync("other")));
    }

    [Fact]
    public async Task GetAsync_store_that_can_not_be_written_is_read_with_the_previous_key()
    {
        string former = _folder.Variables["VARAI_SECRET_KEY"] = LocalStoreFolder.NewKey();
        await _folder.WriteAsync("name", "value");
        _folder.Variables["VARAI_SECRET_KEY"] = LocalStoreFolder.NewKey();
        _folder.Variables["VARAI_SECRET_KEY_PREVIOUS"] = former;
        // A folder in the place of the lock file: nothing can be written, whoever one is.
        Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(_folder.StorePath)!, ".secrets.enc.lock"));

        Assert.Equal("value", await _folder.ReadAsync("name"));
        Assert.Contains(_folder.Logs.GetSnapshot(), record => record.Id.Id == 1242);
    }

    [Fact]
    public async Task GetAsync_key_provider_keeps_the_master_key()
    {
        var provider = new FakeKeyProvider();
        _folder.KeyProvider = provider;
        _folder.Variables["VARAI_SECRET_KEY"] = "not even looked at";
        await _folder.WriteAsync("name", "value");
        Assert.Equal("value", await _folder.ReadAsync("name"));
        Assert.Equal("kms/1", await IdAsync());
        Assert.True(provider.LentKeys.TrueForAll(key => key.Span.IndexOfAnyExcept((byte)0) < 0), "the key that was lent was overwritten");
        Assert.False(File.Exists(_folder.KeyPath));

        provider.KeyId = "kms/2";
        using (LocalSecretProvider store = _folder.Open())
            await store.RotateAsync(Token);
        Assert.Equal("kms/2", await IdAsync());
        Assert.Equal("value", await _folder.ReadAsync("name"));
        Assert.False(File.Exists(_folder.KeyPath));

        _folder.KeyProvider = null;
        await AssertFailsAsync("its key is kept by a key provider, as 'kms/2', and none is registered. Register it with UseSecretKeyProvider.");
    }

    [Fact]
    public async Task GetAsync_key_provider_is_asked_once_for_a_store()
    {
        var provider = new FakeKeyProvider();
        _folder.KeyProvider = provider;
        await _folder.WriteAsync("name", "value");
        using LocalSecretProvider store = _folder.Open();
        for (int i = 0; i < 3; i++)
        {
            await _folder.WriteAsync("name", $"value {i}");
            int before = provider.Unwraps;
            Assert.Equal($"value {i}", (await store.GetAsync(new SecretRequest("name"), Token))!.RevealString());
            Assert.Equal(i == 0 ? 1 : 0, provider.Unwraps - before);
        }
    }

    [Fact]
    public async Task GetAsync_failing_key_provider_is_told_by_its_type_only()
    {
        var provider = new FakeKeyProvider();
        _folder.KeyProvider = provider;
        await _folder.WriteAsync("name", "value");
        provider.Failure = new InvalidOperationException("s3cr3t-canary");
        string error = await AssertFailsAsync("the key provider could not decrypt its key: InvalidOperationException.");
        Assert.DoesNotContain("s3cr3t-canary", error, StringComparison.Ordinal);
        provider.Failure = new SecretProviderException("kms", "unwrap", "kms/1", "access denied.");
        await AssertFailsAsync("the key provider could not decrypt its key: The secret provider 'kms' could not unwrap 'kms/1': access denied.");
    }

    [Fact]
    public async Task GetAsync_previous_key_moves_the_store_to_a_key_provider()
    {
        await _folder.WriteAsync("name", "value");
        _folder.KeyProvider = new FakeKeyProvider();
        await AssertFailsAsync("and not by the key provider that is registered now. Give that key as VARAI_SECRET_KEY_PREVIOUS.");
        _folder.Variables["VARAI_SECRET_KEY_PREVIOUS_FILE"] = _folder.KeyPath;
        Assert.Equal("value", await _folder.ReadAsync("name"));
        Assert.Equal("kms/1", await IdAsync());
    }

    private string WriteFile(string name, string content)
    {
        string path = Path.Combine(_folder.Root, name);
        File.WriteAllText(path, content);
        return path;
    }

    // The file says which key made it.
    private async Task<string> IdAsync() => LocalStoreFormat.ReadHeader(await File.ReadAllBytesAsync(_folder.StorePath, Token)).Key.Id;

    private async Task<string> AssertFailsAsync(string expected)
    {
        var error = await Assert.ThrowsAsync<SecretProviderException>(() => _folder.ReadAsync("name"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        return error.ToString();
    }

    private sealed class FakeKeyProvider : ISecretKeyProvider
    {
        private readonly Dictionary<string, byte[]> _masters = [];

        public string KeyId { get; set; } = "kms/1";

        public Exception? Failure { get; set; }

        public int Unwraps { get; private set; }

        public List<ReadOnlyMemory<byte>> LentKeys { get; } = [];

        public async ValueTask<ReadOnlyMemory<byte>> WrapKeyAsync(ReadOnlyMemory<byte> dataKey, CancellationToken cancellationToken)
        {
            await Task.Yield();
            LentKeys.Add(dataKey);
            return Apply(KeyId, dataKey.Span);
        }

        public async ValueTask<SecretValue> UnwrapKeyAsync(string keyId, ReadOnlyMemory<byte> wrappedKey, CancellationToken cancellationToken)
        {
            await Task.Yield();
            Unwraps++;
            return Failure is null ? new SecretValue(Apply(keyId, wrappedKey.Span)) : throw Failure;
        }

        private byte[] Apply(string id, ReadOnlySpan<byte> bytes)
        {
            if (!_masters.TryGetValue(id, out byte[]? master))
                _masters.Add(id, master = RandomNumberGenerator.GetBytes(32));
            byte[] result = bytes.ToArray();
            for (int i = 0; i < result.Length; i++)
                result[i] ^= master[i];
            return result;
        }
    }
}
