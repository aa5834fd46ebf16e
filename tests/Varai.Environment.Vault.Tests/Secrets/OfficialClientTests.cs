using System.Text.Json.Nodes;
using Varai.Secrets;
using Varai.Tests.TestResources;
using Varai.Vault.Secrets;
using Varai.Vault.Tests.Server;

namespace Varai.Vault.Tests.Secrets;

/// <summary>Clients of others on our server: what they write we read, and the reverse.</summary>
public sealed class OfficialClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NodeVault_KeyValue_WritesWhatWeReadAndReadsWhatWeWrite()
    {
        await using TestVault vault = await StartAsync();
        await vault.Provider.SetAsync("ours", new SecretValue("from us \"é\"\n"), Token);
        await vault.Client.KeyValue("kv1").WriteAsync("ours", TestVault.Fields(("x", "1")), cancellationToken: Token);

        JsonArray results = await NodeAsync(vault, VaultServer.RootToken, """
            [["read", "secret/data/ours"], ["write", "secret/data/theirs", {"data": {"value": "from node"}}], ["list", "secret/metadata"],
             ["write", "secret/data/theirs", {"data": {"value": "x"}, "options": {"cas": 0}}], ["read", "secret/data/missing"],
             ["read", "kv1/ours"], ["write", "kv1/theirs", {"value": "one"}],
             ["write", "secret/data/gone", {"data": {"value": "x"}}], ["delete", "secret/data/gone"], ["read", "secret/data/gone"],
             ["health"]]
            """);

        Assert.Equal("from us \"é\"\n", (string?)results[0]!["data"]!["data"]!["value"]);
        Assert.Equal(1, (int)results[1]!["data"]!["version"]!);
        Assert.Equal(["ours", "theirs"], results[2]!["data"]!["keys"]!.AsArray().Select(key => (string)key!));
        Assert.Equal(400, (int)results[3]!["error"]!);
        Assert.Equal(404, (int)results[4]!["error"]!);
        Assert.Equal("1", (string?)results[5]!["data"]!["x"]);
        Assert.Equal(404, (int)results[9]!["error"]!);
        Assert.False((bool)results[10]!["sealed"]!);
        Assert.Equal("from node", await vault.ReadAsync("theirs"));
        Assert.Null(await vault.ReadAsync("gone"));
        using VaultKeyValueSecret? first = await vault.Client.KeyValue("kv1").ReadAsync("theirs", cancellationToken: Token);
        Assert.Equal("one", TestVault.Text(first!.Data!.Get("value")));
    }

    [Theory]
    [InlineData("""["approleLogin", {"role_id": "role", "secret_id": "sid"}]""")]
    [InlineData("""["userpassLogin", {"username": "orders", "password": "p4ss"}]""")]
    [InlineData("""["kubernetesLogin", {"role": "orders", "jwt": "pod-jwt", "mount_point": "kubernetes"}]""")]
    public async Task NodeVault_EachLogin_GetsATokenThatWorks(string login)
    {
        await using TestVault vault = await StartAsync();
        vault.Server.Plant("secret", "a", TestVault.Value("1"));

        JsonArray results = await NodeAsync(vault, "", $"""[{login}, ["tokenLookupSelf"], ["read", "secret/data/a"], ["tokenRenewSelf"], ["read", "sys/policy"]]""");

        Assert.Equal(3600, (int)results[0]!["auth"]!["lease_duration"]!);
        Assert.True((bool)results[1]!["data"]!["renewable"]!);
        Assert.Equal("1", (string?)results[2]!["data"]!["data"]!["value"]);
        Assert.True((bool)results[3]!["auth"]!["renewable"]!);
        Assert.Equal(403, (int)results[4]!["error"]!);
    }

    [Fact]
    public async Task NodeVault_UnwrapsWhatWeWrapOnce()
    {
        await using TestVault vault = await StartAsync();
        using VaultWrapped wrapped = await vault.Client.WrapAsync(TestVault.Fields(("x", "1")), TimeSpan.FromMinutes(1), Token);

        JsonArray results = await NodeAsync(vault, wrapped.Token.RevealString(), """[["unwrap", {}], ["unwrap", {}]]""");

        Assert.Equal("1", (string?)results[0]!["data"]!["x"]);
        Assert.Equal(400, (int)results[1]!["error"]!);
        Assert.Equal(VaultError.WrappingTokenInvalid, (await Assert.ThrowsAsync<VaultException>(() => vault.Client.UnwrapAsync(wrapped.Token, Token))).Error);
    }

    [Fact]
    public async Task NodeVault_RenewsAndRevokesOurLease()
    {
        await using TestVault vault = await StartAsync();
        using VaultData? data = await vault.Client.ReadAsync("database/creds/readonly", Token);
        string lease = data!.Lease!.Id;

        JsonArray results = await NodeAsync(vault, VaultServer.RootToken, $$"""[["renew", {"lease_id": "{{lease}}", "increment": 120}], ["revoke", {"lease_id": "{{lease}}"}], ["renew", {"lease_id": "{{lease}}"}]]""");

        Assert.Equal(120, (int)results[0]!["lease_duration"]!);
        Assert.Equal(400, (int)results[2]!["error"]!);
        Assert.Empty(vault.Server.Tokens.Leases);
    }

    [Theory]
    [InlineData("approle")]
    [InlineData("userpass")]
    [InlineData("kubernetes")]
    public async Task Hvac_EachLogin_WritesWhatWeReadAndReadsWhatWeWrite(string login)
    {
        string python = Require.Program("Python", "sudo apt-get install python3-hvac", "/usr/bin/python3", "python3");
        Command probe = await Command.RunAsync(python, ["-c", "import hvac"], Repository.Root, Token);
        Require.That(probe.ExitCode == 0, "hvac is not on this machine. Install it with: sudo apt-get install python3-hvac");
        await using TestVault vault = await StartAsync();
        await vault.Provider.SetAsync("ours", new SecretValue("from us"), Token);
        await vault.Client.KeyValue("kv1").WriteAsync("ours", TestVault.Fields(("x", "1")), cancellationToken: Token);

        string script = Repository.Path("tests", "Varai.Environment.Vault.Tests", "Clients", "hvac_steps.py");
        Command command = await Command.RunAsync(
            python, [script], Repository.Root, Token, new Dictionary<string, string> { ["ADDR"] = vault.Server.Address, ["LOGIN"] = login });

        Assert.True(command.ExitCode == 0, command.Output);
        JsonNode found = JsonNode.Parse(command.Output)!;
        Assert.True((bool)found["authenticated"]!);
        Assert.Equal("from us", (string?)found["ours"]!["value"]);
        Assert.Equal("refused", (string?)found["cas"]);
        Assert.Equal("1", (string?)found["first"]!["x"]);
        Assert.Equal(60, (int)found["renewed"]!);
        Assert.Equal("from hvac", await vault.ReadAsync("theirs"));
        Assert.Null(await vault.ReadAsync("gone"));
        Assert.Empty(vault.Server.Tokens.Leases);
    }

    private static Task<TestVault> StartAsync() => TestVault.StartAsync(prepare: server =>
    {
        server.Logins.AppRoles["role"] = server.Logins.KubernetesRoles["orders"] = new ServerRole();
        server.Logins.SecretIds["sid"] = 0;
        server.Logins.ServiceAccountTokens.Add("pod-jwt");
        server.Logins.Users["orders"] = ("p4ss", new ServerRole());
    });

    private static async Task<JsonArray> NodeAsync(TestVault vault, string token, string steps)
    {
        var variables = new Dictionary<string, string> { ["ADDR"] = vault.Server.Address, ["TOKEN"] = token };
        string output = await OfficialClients.NodeAsync("tests/Varai.Environment.Vault.Tests/Clients/node-vault.cjs", [steps], variables, Token);
        return JsonNode.Parse(output[output.IndexOf('[', StringComparison.Ordinal)..])!.AsArray();
    }
}
