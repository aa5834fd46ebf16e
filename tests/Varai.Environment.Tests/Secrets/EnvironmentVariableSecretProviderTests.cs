using Varai.Secrets;
using Varai.Testing.Secrets;

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
