using Microsoft.Extensions.Logging.Testing;
using Varai.Secrets;
using Varai.Testing.Secrets;
using Varai.Tests.TestResources;

namespace Varai.Tests.Secrets;

public sealed class EnvironmentVariableSecretProviderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("API_KEY", "API_KEY")]
    [InlineData("Db:Password", "Db:Password")]
    [InlineData("Db:Password", "Db__Password")]
    [InlineData("Db:Password", "DB_PASSWORD")]
    [InlineData("db-password", "db_password")]
    [InlineData("db-password", "DB_PASSWORD")]
    [InlineData("db/password", "db__password")]
    [InlineData("db/password", "DB_PASSWORD")]
    [InlineData("db.password", "db_password")]
    public async Task GetAsync_name_is_found_in_each_form(string name, string variable)
    {
        Secret? secret = await Create(new() { [variable] = "value" }).GetAsync(new SecretRequest(name), Cancellation);
        Assert.Equal(("value", "environment", null), (secret?.RevealString(), secret?.Provider, secret?.Version));
    }

    [Theory]
    [InlineData("API_KEY", "api_key")]
    [InlineData("Db:Password", "DB__PASSWORD")]
    [InlineData("api-key", "APIKEY")]
    public async Task GetAsync_other_forms_are_not_guessed(string name, string variable) =>
        Assert.Null(await Create(new() { [variable] = "value" }).GetAsync(new SecretRequest(name), Cancellation));

    [Fact]
    public async Task GetAsync_forms_are_tried_in_order()
    {
        var variables = new Dictionary<string, string> { ["a-b"] = "1", ["a_b"] = "2", ["A_B"] = "3" };
        foreach (string expected in (string[])["1", "2", "3"])
        {
            Secret? secret = await Create(variables).GetAsync(new SecretRequest("a-b"), Cancellation);
            Assert.Equal(expected, secret!.RevealString());
            variables.Remove(variables.Keys.First());
        }
    }

    [Fact]
    public async Task GetAsync_with_a_prefix_sees_prefixed_variables_only()
    {
        EnvironmentVariableSecretProvider provider = Create(new() { ["SHOP_API_KEY"] = "value", ["PATH"] = "/bin" }, "SHOP_");
        Assert.Equal("value", (await provider.GetAsync(new SecretRequest("api-key"), Cancellation))!.RevealString());
        Assert.Null(await provider.GetAsync(new SecretRequest("PATH"), Cancellation));
    }

    [Theory]
    [InlineData("user", "USER")]
    [InlineData("home", "HOME")]
    [InlineData("Path", "PATH")]
    public async Task GetAsync_without_a_prefix_a_plain_name_is_not_the_shells_variable(string name, string variable)
    {
        Assert.Null(await Create(new() { [variable] = "value" }).GetAsync(new SecretRequest(name), Cancellation));
        Assert.NotNull(await Create(new() { ["SHOP_" + variable] = "value" }, "SHOP_").GetAsync(new SecretRequest(name), Cancellation));
    }

    [Theory]
    [InlineData("DB_PASSWORD", "DB_PASSWORD_FILE")]
    [InlineData("db-password", "DB_PASSWORD_FILE")]
    [InlineData("Db:Password", "Db__Password_FILE")]
    [InlineData("db/password", "db/password_FILE")]
    public async Task GetAsync_variable_with_FILE_gives_the_content_of_the_file(string name, string variable)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("x", "value\n");
        Secret? secret = await Create(new() { [variable] = path }).GetAsync(new SecretRequest(name), Cancellation);
        Assert.Equal(("value", "environment", null), (secret?.RevealString(), secret?.Provider, secret?.Version));
        Assert.Null(await Create(new() { [variable] = path }).GetAsync(new SecretRequest("other"), Cancellation));
        Assert.Null(await Create(new() { [variable] = "" }).GetAsync(new SecretRequest(name), Cancellation));
    }

    [Fact]
    public async Task GetAsync_variable_and_the_one_with_FILE_are_an_error_that_names_both()
    {
        EnvironmentVariableSecretProvider provider = Create(new() { ["DB_PASSWORD"] = "s3cr3t", ["DB_PASSWORD_FILE"] = "/run/secrets/x" });
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await provider.GetAsync(new SecretRequest("db-password"), Cancellation));
        Assert.Equal(
            "The secret provider 'environment' could not read 'db-password': both DB_PASSWORD and DB_PASSWORD_FILE are set. Remove one of them.",
            error.Message);
    }

    [Theory]
    [InlineData("/no/such/s3cr3t", "there is no such file. Mount it, or remove the variable.")]
    [InlineData("s3cr3t-that-was-meant-for-the-other-variable", "there is no such file. Mount it, or remove the variable.")]
    [InlineData("/", "it is no file that this process may read. Check the variable, and the file's owner and mode.")]
    [InlineData("s3cr3t\0", "it is no file that this process may read. Check the variable, and the file's owner and mode.")]
    public async Task GetAsync_file_that_can_not_be_read_is_a_failure_that_names_the_variable(string path, string problem)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Paths of POSIX.");
        EnvironmentVariableSecretProvider provider = Create(new() { ["DB_PASSWORD_FILE"] = path });
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await provider.GetAsync(new SecretRequest("DB_PASSWORD"), Cancellation));
        Assert.Equal(
            "The secret provider 'environment' could not read 'DB_PASSWORD': the file that the variable DB_PASSWORD_FILE names can't be used: " + problem,
            error.Message);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task GetAsync_file_has_the_rules_of_secret_files()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are POSIX's.");
        using var folder = new TemporaryFolder();
        string path = folder.File("x");
        await File.WriteAllBytesAsync(path, new byte[SecretFileReader.MaximumBytes + 1], Cancellation);
        EnvironmentVariableSecretProvider provider = Create(new() { ["KEY_FILE"] = path });
        var error = await Assert.ThrowsAsync<SecretProviderException>(async () => await provider.GetAsync(new SecretRequest("KEY"), Cancellation));
        Assert.EndsWith("the file has 1048577 bytes; at most 1048576 are allowed.", error.Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(path, "value", Cancellation);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var logs = new FakeLogger();
        Assert.NotNull(await Read(requirePrivate: false));
        Assert.Contains("'KEY' (provider 'environment', mode 440)", Assert.Single(logs.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<SecretProviderException>(async () => await Read(requirePrivate: true));
        Assert.Contains("group or others have access to its file (mode 440)", error.Message, StringComparison.Ordinal);

        ValueTask<Secret?> Read(bool requirePrivate) => new EnvironmentVariableSecretProvider(
            new ProcessEnvironment(name => name == "KEY_FILE" ? path : null), "", new SecretFileReader("environment", requirePrivate, logs))
            .GetAsync(new SecretRequest("KEY"), Cancellation);
    }

    [Fact]
    public async Task GetAsync_empty_variable_counts_as_not_set() =>
        Assert.Null(await Create(new() { ["API_KEY"] = "" }).GetAsync(new SecretRequest("API_KEY"), Cancellation));

    [Fact]
    public async Task GetAsync_version_is_not_here() =>
        Assert.Null(await Create(new() { ["API_KEY"] = "value" }).GetAsync(new SecretRequest("API_KEY") { Version = "1" }, Cancellation));

    [Fact]
    public void Current_reads_the_process()
    {
        Assert.False(string.IsNullOrEmpty(ProcessEnvironment.Current.Get("PATH")));
        Assert.Null(ProcessEnvironment.Current.Get("VARAI_TESTS_NO_SUCH_VARIABLE"));
    }

    [Fact]
    public async Task Contract_is_kept()
    {
        var variables = new System.Collections.Concurrent.ConcurrentDictionary<string, string>();
        var provider = new EnvironmentVariableSecretProvider(new ProcessEnvironment(name => variables.GetValueOrDefault(name)));
        var contract = new SecretProviderContract(provider, (name, value, _) =>
        {
            variables[name] = value.RevealString();
            return Task.CompletedTask;
        });

        await contract.RunAsync(Cancellation);
    }

    private static EnvironmentVariableSecretProvider Create(Dictionary<string, string> variables, string prefix = "") =>
        new(new ProcessEnvironment(variables.GetValueOrDefault), prefix);
}
