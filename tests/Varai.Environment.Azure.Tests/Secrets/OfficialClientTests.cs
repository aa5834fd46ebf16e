using System.Text.Json.Nodes;
using Varai.AzureCloud.Secrets;
using Varai.AzureCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

/// <summary>Azure's client for Node.js against the test server, so that the server is not only our idea of the protocol.</summary>
public sealed class OfficialClientTests : AzureVaultTest
{
    [Fact]
    public async Task What_the_official_client_writes_is_read()
    {
        using var folder = new TemporaryFolder();
        JsonArray answers = await NodeAsync(
            folder, ["set", "db--password", "one é \"1\"", "text/plain"], ["set", "db--password", "two"], ["set", "bytes", "AP8B", "application/octet-stream;base64"]);
        AzureKeyVaultProvider provider = CreateProvider();
        Secret first = (await ReadAsync(provider, "db:password", (string?)answers[0]))!;
        Assert.Equal(("one é \"1\"", "text/plain"), (first.RevealString(), first.ContentType));
        Assert.Equal(new DateTimeOffset(2035, 1, 1, 0, 0, 0, TimeSpan.Zero), first.ExpiresAt);
        Secret current = (await ReadAsync(provider, "db:password"))!;
        Assert.Equal(("two", (string?)answers[1]), (current.RevealString(), current.Version));
        Assert.Equal([0, 255, 1], (await ReadAsync(provider, "bytes"))!.Value.RevealBytes().ToArray());
        Assert.Equal(["bytes", "db:password"], (await ListAsync(provider)).Select(info => info.Name));
        Assert.Equal("node", (await ListAsync(provider))[0].Tags["owner"]);
    }

    [Fact]
    public async Task What_is_written_the_official_client_reads()
    {
        Server.Vault.PageSize = 2;
        AzureKeyVaultProvider provider = CreateProvider(options => (options.ContentType, options.Tags["owner"]) = ("text/plain", "varai"));
        string? first = await provider.SetAsync("db:password", new SecretValue("one"), Cancellation);
        string? second = await provider.SetAsync("db:password", new SecretValue("two é \"2\"\n"), Cancellation);
        await provider.SetAsync("bytes", new SecretValue([0, 255, 1]), Cancellation);
        await provider.SetAsync("API_KEY", new SecretValue(""), Cancellation);
        using var folder = new TemporaryFolder();
        JsonArray answers = await NodeAsync(
            folder, ["get", "db--password"], ["get", "db--password", first], ["get", "bytes"], ["get", "API---uKEY"], ["list"], ["versions", "db--password"], ["fail", "missing"]);
        Assert.Equal(("two é \"2\"\n", second, "text/plain", "varai"), (
            (string?)answers[0]!["value"], (string?)answers[0]!["version"], (string?)answers[0]!["contentType"], (string?)answers[0]!["tags"]!["owner"]));
        Assert.Equal("one", (string?)answers[1]!["value"]);
        Assert.Equal(("AP8B", "application/octet-stream;base64"), ((string?)answers[2]!["value"], (string?)answers[2]!["contentType"]));
        Assert.Equal("", (string?)answers[3]!["value"]);
        Assert.Equal("""[["API---uKEY","bytes"],["db--password"]]""", answers[4]!.ToJsonString());
        Assert.Equal(new[] { first, second }.Order(StringComparer.Ordinal), answers[5]!.AsArray().Select(version => (string?)version));
        Assert.Equal("""{"status":404,"code":"SecretNotFound"}""", answers[6]!.ToJsonString());
    }

    [Fact]
    public async Task Deletion_recovery_and_purge_go_either_way()
    {
        Server.Vault.Slowness = 1;
        AzureKeyVaultProvider provider = CreateProvider();
        string? version = await provider.SetAsync("ours", new SecretValue("one"), Cancellation);
        await provider.SetAsync("theirs", new SecretValue("one"), Cancellation);
        await provider.DeleteAsync("ours", Cancellation);
        using var folder = new TemporaryFolder();
        JsonArray answers = await NodeAsync(folder, ["deleted"], ["recover", "ours"], ["delete", "theirs"], ["purge", "theirs"], ["fail", "theirs"], ["disable", "ours", version]);
        Assert.Equal("""[["ours"],"ours","theirs",true,{"status":404,"code":"SecretNotFound"},false]""", answers.ToJsonString());
        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => ReadAsync(provider, "ours"));
        Assert.Contains("It is disabled in the vault.", e.Message, StringComparison.Ordinal);
        Assert.Null(await ReadAsync(provider, "theirs"));
        await provider.SetAsync("theirs", new SecretValue("two"), Cancellation);
        Assert.Equal("two", (await ReadAsync(provider, "theirs"))!.RevealString());
    }

    private async Task<JsonArray> NodeAsync(TemporaryFolder folder, params string?[][] steps)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["VAULT"] = Server.Address.ToString().TrimEnd('/'),
            ["TENANT"] = KeyVaultServer.Tenant,
            ["CLIENT"] = KeyVaultServer.Client,
            ["CLIENT_SECRET"] = Server.ClientSecret,
            ["NODE_EXTRA_CA_CERTS"] = folder.Write("server.pem", Server.CertificatePem),
        };
        string output = await OfficialClients.NodeAsync(
            "tests/Varai.Environment.Azure.Tests/Clients/keyvault.cjs",
            steps.Select(step => new JsonArray([.. step.Select(argument => (JsonNode?)argument)]).ToJsonString()),
            variables,
            Cancellation);
        return JsonNode.Parse(output.Split('\n').Last(line => line.StartsWith('[')))!.AsArray();
    }
}
