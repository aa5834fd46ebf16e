using System.Text.Json;
using System.Text.Json.Nodes;
using Varai.AzureCloud.Secrets;
using Varai.AzureCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

/// <summary>Azure's client for Node.js on the same server, so that it is not only our idea of the protocol.</summary>
public sealed class OfficialAzureClientTests : AzureVaultTest
{
    private static readonly byte[] Binary = [0, 255, 128, 10, 13];

    [Fact]
    public async Task Node_writes_and_ours_reads()
    {
        const long Expiry = 1_893_456_000; // 2030-01-01; theirs has 32 bits
        JsonArray answers = await NodeAsync(
            ["set", "theirs", "é\n\"one\""],
            ["set", "theirs", "two", new { contentType = "text/plain", tags = new { team = "node" }, expires = Expiry }],
            ["set", "ConnectionStrings--Default", "Host=db"],
            ["set", "bytes", Convert.ToBase64String(Binary), new { contentType = "application/octet-stream;base64" }],
            ["set", "empty", ""]);
        AzureKeyVaultProvider provider = CreateProvider();

        Secret current = (await ReadAsync(provider, "theirs"))!;
        Assert.Equal(("two", "text/plain", (string?)answers[1]!["version"]), (current.RevealString(), current.ContentType, current.Version));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(Expiry), current.ExpiresAt);
        Assert.Equal("é\n\"one\"", (await ReadAsync(provider, "theirs", (string?)answers[0]!["version"]))!.RevealString());
        Assert.Equal("Host=db", (await ReadAsync(provider, "ConnectionStrings:Default"))!.RevealString());
        Assert.Equal(Binary, (await ReadAsync(provider, "bytes"))!.Value.RevealBytes().ToArray());
        Assert.Equal("", (await ReadAsync(provider, "empty"))!.RevealString());
        SecretInfo info = Assert.Single(await ListAsync(provider, "theirs"));
        Assert.Equal("node", info.Tags["team"]);
    }

    [Fact]
    public async Task Ours_writes_and_node_reads()
    {
        AzureKeyVaultProvider provider = CreateProvider(options =>
        {
            options.Tags["team"] = "dotnet";
            options.ContentType = "text/plain";
            options.ExpiresAfter = TimeSpan.FromDays(1);
        });
        string first = (await provider.SetAsync("db:user_name", new SecretValue("é\n\"one\""), Cancellation))!;
        string second = (await provider.SetAsync("db:user_name", new SecretValue("two"), Cancellation))!;
        await provider.SetAsync("bytes", new SecretValue(Binary), Cancellation);
        await provider.SetAsync("empty", new SecretValue(""), Cancellation);

        JsonArray answers = await NodeAsync(
            ["get", "db--user---uname"], ["get", "db--user---uname", first], ["get", "bytes"], ["get", "empty"], ["versions", "db--user---uname"]);

        Assert.Equal(("two", second, "text/plain", "dotnet"), Describe(answers[0]!));
        StoredVersion stored = Server.Vault.Find("db--user---uname")!;
        Assert.Equal(stored.Expires, (long?)answers[0]!["expires"]);
        Assert.Equal(("é\n\"one\"", first, "text/plain", "dotnet"), Describe(answers[1]!));
        Assert.Equal(Binary, Convert.FromBase64String((string)answers[2]!["value"]!));
        Assert.Equal("application/octet-stream;base64", (string?)answers[2]!["contentType"]);
        Assert.Equal("", (string?)answers[3]!["value"]);
        Assert.Equal(new[] { first, second }.Order(StringComparer.Ordinal), answers[4]!.AsArray().Select(v => (string)v!));
    }

    [Fact]
    public async Task Node_and_ours_page_through_the_same_list()
    {
        Server.Vault.PageSize = 3;
        for (int i = 0; i < 8; i++)
            Server.Vault.Plant($"key-{i}", "value");
        AzureKeyVaultProvider provider = CreateProvider();
        await provider.DeleteAsync("key-7", Cancellation);

        JsonArray answers = await NodeAsync(["list"], ["listDeleted"]);

        JsonArray pages = answers[0]!.AsArray();
        Assert.Equal([3, 3, 1], pages.Select(page => page!.AsArray().Count));
        Assert.Equal(
            (await ListAsync(provider)).Select(info => info.Name),
            pages.SelectMany(page => page!.AsArray()).Select(name => (string)name!));
        Assert.Equal("""[["key-7"]]""", answers[1]!.ToJsonString());
    }

    [Fact]
    public async Task Node_and_ours_delete_recover_and_purge_for_each_other()
    {
        Server.Vault.Slowness = 1;
        AzureKeyVaultProvider provider = CreateProvider();
        string first = (await provider.SetAsync("key", new SecretValue("one"), Cancellation))!;
        Assert.True(await provider.DeleteAsync("key", Cancellation));

        JsonArray answers = await NodeAsync(["get", "key"], ["set", "key", "two"], ["listDeleted"], ["recover", "key"], ["get", "key"]);
        Assert.Equal("""{"error":"SecretNotFound","status":404}""", answers[0]!.ToJsonString());
        Assert.Equal(409, (int?)answers[1]!["status"]);
        Assert.Equal("""[["key"]]""", answers[2]!.ToJsonString());
        Assert.Equal("""{"name":"key"}""", answers[3]!.ToJsonString());
        Assert.Equal(("one", first), ((string?)answers[4]!["value"], (string?)answers[4]!["version"]));
        Assert.Equal("one", (await ReadAsync(provider, "key"))!.RevealString());

        answers = await NodeAsync(["delete", "key"]);
        Assert.Equal("""{"name":"key","recoverable":true}""", answers[0]!.ToJsonString());
        Assert.Null(await ReadAsync(provider, "key"));
        string second = (await provider.SetAsync("key", new SecretValue("two"), Cancellation))!;

        answers = await NodeAsync(["versions", "key"], ["get", "key"], ["delete", "key"], ["purge", "key"]);
        Assert.Equal(new[] { first, second }.Order(StringComparer.Ordinal), answers[0]!.AsArray().Select(v => (string)v!));
        Assert.Equal(("two", second), ((string?)answers[1]!["value"], (string?)answers[1]!["version"]));
        Assert.Equal("{}", answers[3]!.ToJsonString());
        await provider.SetAsync("key", new SecretValue("three"), Cancellation);
        Assert.Equal("three", Assert.Single(Server.Vault.VersionsOf("key")).Value);

        Assert.True(await CreateProvider(options => options.PurgeOnDelete = true).DeleteAsync("key", Cancellation));
        answers = await NodeAsync(["listDeleted"], ["recover", "key"]);
        Assert.Equal("[[]]", answers[0]!.ToJsonString());
        Assert.Equal(404, (int?)answers[1]!["status"]);
    }

    [Fact]
    public async Task Node_disables_a_version_and_both_are_refused()
    {
        string version = Server.Vault.Plant("key", "one");

        JsonArray answers = await NodeAsync(["disable", "key", version], ["get", "key"]);

        Assert.Equal(403, (int?)answers[1]!["status"]);
        var e = await Assert.ThrowsAsync<SecretProviderException>(() => ReadAsync(CreateProvider(), "key"));
        Assert.Contains("It is disabled in the vault.", e.Message, StringComparison.Ordinal);
    }

    private static (string? Value, string? Version, string? ContentType, string? Team) Describe(JsonNode secret) =>
        ((string?)secret["value"], (string?)secret["version"], (string?)secret["contentType"], (string?)secret["tags"]!["team"]);

    private async Task<JsonArray> NodeAsync(params object[][] commands)
    {
        using var folder = new TemporaryFolder();
        var variables = new Dictionary<string, string>
        {
            ["NODE_EXTRA_CA_CERTS"] = folder.Write("ca.pem", Server.CertificatePem),
            ["VAULT"] = Server.Address.ToString(),
            ["TENANT"] = KeyVaultServer.Tenant,
            ["CLIENT"] = KeyVaultServer.Client,
            ["CLIENT_SECRET"] = Server.ClientSecret,
        };
        string output = await OfficialClients.NodeAsync(
            "tests/Varai.Environment.Azure.Tests/Clients/key-vault.cjs", [JsonSerializer.Serialize(commands)], variables, Cancellation);
        return JsonNode.Parse(output.Split('\n').Last(line => line.StartsWith('[')))!.AsArray();
    }
}
