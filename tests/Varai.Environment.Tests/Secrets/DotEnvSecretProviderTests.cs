using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Varai.Secrets;
using Varai.Testing.Secrets;
using Varai.Tests.TestResources;

namespace Varai.Tests.Secrets;

public sealed class DotEnvSecretProviderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeLogCollector _logs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("API_KEY", "API_KEY")]
    [InlineData("Db:Password", "Db__Password")]
    [InlineData("db/password", "DB_PASSWORD")]
    [InlineData("db.password", "db.password")]
    [InlineData("user", "USER", null)]
    public async Task GetAsync_names_are_those_of_environment_variables(string name, string key, string? expected = "value")
    {
        _folder.Write(".env", $"OTHER=x\n{key}=value\n");
        Assert.Equal(expected, await ReadAsync(Create(), name));
    }

    [Fact]
    public async Task GetAsync_local_file_counts_more_and_neither_has_to_be_there()
    {
        using DotEnvSecretProvider provider = Create();
        Assert.Null(await ReadAsync(provider, "API_KEY"));
        _folder.Write(".env.local", "API_KEY=local\nONLY=local");
        Assert.Equal("local", await ReadAsync(provider, "API_KEY"));
        _folder.Write(".env", "API_KEY=shared\nSHARED=shared");
        Assert.Equal(("local", "local", "shared"), (await ReadAsync(provider, "API_KEY"), await ReadAsync(provider, "ONLY"), await ReadAsync(provider, "SHARED")));
        _folder.Write(".env.local", "API_KEY=");
        Assert.Null(await ReadAsync(provider, "API_KEY"));
    }

    [Fact]
    public async Task GetAsync_with_a_prefix_sees_prefixed_keys_only()
    {
        _folder.Write(".env", "SHOP_API_KEY=value\nPATH=x");
        using DotEnvSecretProvider provider = Create(prefix: "SHOP_");
        Assert.Equal("value", await ReadAsync(provider, "api-key"));
        Assert.Null(await ReadAsync(provider, "PATH"));
        Assert.Equal(["API_KEY"], await ListAsync(provider, null));
    }

    [Fact]
    public async Task GetAsync_version_is_not_here()
    {
        _folder.Write(".env", "API_KEY=value");
        using DotEnvSecretProvider provider = Create();
        Assert.Null(await provider.GetAsync(new SecretRequest("API_KEY") { Version = "1" }, Token));
    }

    [Fact]
    public async Task GetAsync_that_is_switched_off_holds_nothing_even_of_a_bad_file()
    {
        _folder.Write(".env", "nonsense");
        using DotEnvSecretProvider provider = Create(enabled: false);
        Assert.Null(await ReadAsync(provider, "API_KEY"));
        Assert.Empty(await ListAsync(provider, null));
    }

    [Fact]
    public async Task GetAsync_bad_line_fails_with_file_and_line_and_without_the_value()
    {
        _folder.Write(".env", "A=1\nAPI_KEY=s3cr3t\ns3cr3t-canary");
        using DotEnvSecretProvider provider = Create();
        var error = await Assert.ThrowsAsync<SecretProviderException>(() => ReadAsync(provider, "API_KEY"));
        Assert.Equal(
            $"The secret provider 'dotenv' could not read 'API_KEY': in the file '{_folder.File(".env")}', line 3 should have '=' after the key.",
            error.Message);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<SecretProviderException>(() => ListAsync(provider, null));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task GetAsync_file_of_group_or_others_warns_once_or_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are POSIX's.");
        File.SetUnixFileMode(_folder.Write(".env", "API_KEY=value"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        using DotEnvSecretProvider provider = Create();
        Assert.Equal(("value", "value"), (await ReadAsync(provider, "API_KEY"), await ReadAsync(provider, "API_KEY")));
        FakeLogRecord warning = Assert.Single(_logs.GetSnapshot());
        Assert.Equal(LogLevel.Warning, warning.Level);
        Assert.Contains("'.env' (provider 'dotenv', mode 604)", warning.Message, StringComparison.Ordinal);

        using DotEnvSecretProvider strict = Create(requirePrivate: true);
        var error = await Assert.ThrowsAsync<SecretProviderException>(() => ReadAsync(strict, "API_KEY"));
        Assert.Contains("group or others have access to its file (mode 604). Run 'chmod 600' on it", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetAsync_file_that_is_a_folder_is_a_failure_not_a_miss()
    {
        Directory.CreateDirectory(_folder.File(".env"));
        await Assert.ThrowsAsync<SecretProviderException>(() => ReadAsync(Create(), "API_KEY"));
    }

    [Fact]
    public async Task Subscribe_tells_of_either_file()
    {
        using DotEnvSecretProvider provider = Create();
        var changes = new EventQueue();
        using (provider.Subscribe(changes.Add))
        {
            _folder.Write(".env", "API_KEY=one");
            await changes.UntilAsync(async () => await ReadAsync(provider, "API_KEY") == "one");
            _folder.Write(".env.local.tmp", "API_KEY=two");
            File.Move(_folder.File(".env.local.tmp"), _folder.File(".env.local"));
            await changes.UntilAsync(async () => await ReadAsync(provider, "API_KEY") == "two");
            File.Delete(_folder.File(".env.local"));
            await changes.UntilAsync(async () => await ReadAsync(provider, "API_KEY") == "one");
        }
    }

    [Fact]
    public async Task Contract_is_kept()
    {
        using DotEnvSecretProvider provider = Create();
        await new SecretProviderContract(
            provider,
            async (name, value, token) => await File.AppendAllTextAsync(_folder.File(".env"), $"{name}='{value.RevealString()}'\n", token)).RunAsync(Token);
    }

    private static async Task<string?> ReadAsync(DotEnvSecretProvider provider, string name) =>
        (await provider.GetAsync(new SecretRequest(name), Token))?.RevealString();

    private static async Task<List<string>> ListAsync(DotEnvSecretProvider provider, string? prefix)
    {
        var names = new List<string>();
        await foreach (SecretInfo info in provider.ListAsync(prefix, Token))
            names.Add(info.Name);
        return names;
    }

    private DotEnvSecretProvider Create(string prefix = "", bool requirePrivate = false, bool enabled = true) =>
        new(_folder.File(".env"), prefix, requirePrivate, new FakeLogger<DotEnvSecretProvider>(_logs)) { IsEnabled = enabled };
}
