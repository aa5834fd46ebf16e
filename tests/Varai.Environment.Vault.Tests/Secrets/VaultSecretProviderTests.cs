using System.Text.Json.Nodes;
using CsCheck;
using Varai.Secrets;
using Varai.Testing.Secrets;
using Varai.Vault.Secrets;
using Varai.Vault.Tests.Server;

namespace Varai.Vault.Tests.Secrets;

public sealed class VaultSecretProviderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("secret", null)]
    [InlineData("secret", 2)]
    [InlineData("kv1", null)]
    [InlineData("kv1", 1)]
    public async Task Provider_EachEngine_MeetsTheContract(string mount, int? version)
    {
        await using TestVault vault = await TestVault.StartAsync(o => (o.Mount, o.KvVersion, o.PathPrefix) = (mount, version, "team/"));
        var contract = new SecretProviderContract(vault.Provider, (name, value, _) =>
        {
            vault.Server.Plant(mount, "team/" + name, TestVault.Value(value.RevealString()));
            return Task.CompletedTask;
        });

        await contract.RunAsync(Token);
        Assert.Equal(version is null ? 1 : 0, vault.Server.Requests.Count(r => r.Path.StartsWith("sys/internal/ui/mounts", StringComparison.Ordinal)));
        Assert.All(vault.Server.Requests, request => Assert.True(request.HasRequestHeader));
    }

    [Fact]
    public async Task Provider_RealVault_MeetsTheContract()
    {
        string? address = Environment.GetEnvironmentVariable("VARAI_TEST_VAULT_ADDR");
        Assert.SkipUnless(address is not null, "No real Vault: set VARAI_TEST_VAULT_ADDR and VARAI_TEST_VAULT_TOKEN (and VARAI_TEST_VAULT_MOUNT, default secret).");
        var options = new VaultOptions { Address = address, Mount = Environment.GetEnvironmentVariable("VARAI_TEST_VAULT_MOUNT") ?? "secret" };
        options.Auth.Token = Environment.GetEnvironmentVariable("VARAI_TEST_VAULT_TOKEN");
        await using var client = new VaultClient(options);
        await using var provider = new VaultSecretProvider("vault", client, options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        await new SecretProviderContract(provider, async (name, value, token) =>
            await client.KeyValue().WriteAsync(name, new Dictionary<string, SecretValue> { ["value"] = value }, cancellationToken: token)).RunAsync(Token);
    }

    [Theory]
    [InlineData("""{"value":"x"}""", "x")]
    [InlineData("""{"value":{"a":1}}""", """{"a":1}""")]
    [InlineData("""{"value":"eA==","varai_encoding":"base64"}""", "x")]
    [InlineData("""{"value":"eA==","varai_encoding":"other"}""", """{"value":"eA==","varai_encoding":"other"}""")]
    [InlineData("""{"user":"u","password":"p"}""", """{"user":"u","password":"p"}""")]
    [InlineData("""{"value":"x","more":"y"}""", """{"value":"x","more":"y"}""")]
    [InlineData("""{"password":"p"}""", """{"password":"p"}""")]
    [InlineData("{}", "{}")]
    public async Task GetAsync_FieldsOfOthers_GivesTheValueOrTheObject(string stored, string expected)
    {
        await using TestVault vault = await TestVault.StartAsync();
        vault.Server.Plant("secret", "payments/db", JsonNode.Parse(stored)!.AsObject());

        Assert.Equal(expected, await vault.ReadAsync("payments/db"));
    }

    [Fact]
    public async Task GetAsync_OtherValueField_IsTaken()
    {
        await using TestVault vault = await TestVault.StartAsync(o => o.ValueField = "password");
        vault.Server.Plant("secret", "db", new JsonObject { ["password"] = "p" });

        Assert.Equal("p", await vault.ReadAsync("db"));
    }

    [Fact]
    public async Task SetAsync_AnyBytes_AreReadBackAndByOthersToo()
    {
        await using TestVault vault = await TestVault.StartAsync();
        await Gen.OneOf(Gen.String.Where(IsWellFormed).Select(System.Text.Encoding.UTF8.GetBytes), Gen.Byte.Array[0, 100], Gen.Const("{\"value\":\"x\"}"u8.ToArray()))
            .SampleAsync(
                async bytes =>
                {
                    await vault.Provider.SetAsync("any", new SecretValue(bytes), Token);
                    Secret? secret = await vault.Provider.GetAsync(new SecretRequest("any"), Token);
                    return secret!.Value.RevealBytes().Span.SequenceEqual(bytes);
                },
                iter: 300,
                threads: 1);

        static bool IsWellFormed(string text) => text.EnumerateRunes().All(rune => rune != System.Text.Rune.ReplacementChar);
    }

    [Fact]
    public async Task GetAsync_DeletedAndDestroyed_IsNull()
    {
        await using TestVault vault = await TestVault.StartAsync();
        VaultKeyValue entries = vault.Client.KeyValue();
        await vault.Provider.SetAsync("a", new SecretValue("1"), Token);
        await vault.Provider.SetAsync("a", new SecretValue("2"), Token);

        await entries.DeleteAsync("a", Token);
        Assert.Null(await vault.ReadAsync("a"));
        Secret? first = await vault.Provider.GetAsync(new SecretRequest("a") { Version = "1" }, Token);
        Assert.Equal("1", first?.RevealString());
        await entries.DestroyAsync("a", [1], Token);
        Assert.Null(await vault.Provider.GetAsync(new SecretRequest("a") { Version = "1" }, Token));
        await entries.UndeleteAsync("a", [2], Token);
        Assert.Equal("2", await vault.ReadAsync("a"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("latest")]
    [InlineData("99999999999")]
    public async Task GetAsync_VersionThatIsNone_IsNull(string version)
    {
        await using TestVault vault = await TestVault.StartAsync();
        await vault.Provider.SetAsync("a", new SecretValue("1"), Token);

        Assert.Null(await vault.Provider.GetAsync(new SecretRequest("a") { Version = version }, Token));
    }

    [Fact]
    public async Task GetAsync_VersionWithDeletionTime_ExpiresThen()
    {
        await using TestVault vault = await TestVault.StartAsync();
        await vault.Client.KeyValue().WriteMetadataAsync("a", new VaultKeyValueSettings { DeleteVersionAfter = TimeSpan.FromHours(1) }, Token);
        await vault.Provider.SetAsync("a", new SecretValue("1"), Token);

        Secret? secret = await vault.Provider.GetAsync(new SecretRequest("a"), Token);

        Assert.Equal(TimeSpan.FromHours(1), secret!.ExpiresAt - secret.CreatedAt);
    }

    [Fact]
    public async Task SetAsync_CheckAndSetRequired_GivesTheVersion()
    {
        await using TestVault vault = await TestVault.StartAsync();
        await vault.Client.KeyValue().WriteMetadataAsync("a", new VaultKeyValueSettings { IsCheckAndSetRequired = true }, Token);

        Assert.Equal("1", await vault.Provider.SetAsync("a", new SecretValue("1"), Token));
        Assert.Equal("2", await vault.Provider.SetAsync("a", new SecretValue("2"), Token));
    }

    [Fact]
    public async Task DeleteAsync_SoftDeletedByOthers_IsFalseAndPurges()
    {
        await using TestVault vault = await TestVault.StartAsync();
        await vault.Provider.SetAsync("a", new SecretValue("1"), Token);
        await vault.Client.KeyValue().DeleteAsync("a", Token);

        Assert.False(await vault.Provider.DeleteAsync("a", Token));
        Assert.Null(await vault.Client.KeyValue().ReadMetadataAsync("a", Token));
    }

    [Theory]
    [InlineData(null, "a,payments/db,payments/db-old,payments/eu/db,z")]
    [InlineData("payments/", "payments/db,payments/db-old,payments/eu/db")]
    [InlineData("payments/d", "payments/db,payments/db-old")]
    [InlineData("pay", "payments/db,payments/db-old,payments/eu/db")]
    [InlineData("none/x", "")]
    public async Task ListAsync_Folders_AreDescended(string? prefix, string expected)
    {
        await using TestVault vault = await TestVault.StartAsync();
        foreach (string name in (string[])["z", "payments/eu/db", "payments/db", "payments/db-old", "a"])
            await vault.Provider.SetAsync(name, new SecretValue("1"), Token);
        await vault.Provider.SetAsync("payments/gone", new SecretValue("1"), Token);
        await vault.Client.KeyValue().DeleteAsync("payments/gone", Token);

        Assert.Equal(expected, string.Join(',', (await ListAsync(vault, prefix)).Select(info => info.Name).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task ListAsync_Metadata_IsGivenWhereItMayBeRead()
    {
        await using TestVault vault = await TestVault.WithUserAsync(new ServerRole());
        await vault.Provider.SetAsync("a", new SecretValue("1"), Token);
        await vault.Provider.SetAsync("a", new SecretValue("2"), Token);
        await vault.Client.KeyValue().WriteMetadataAsync("a", new VaultKeyValueSettings { CustomMetadata = new Dictionary<string, string> { ["team"] = "payments" } }, Token);

        SecretInfo info = Assert.Single(await ListAsync(vault, null));
        Assert.Equal(("2", "payments"), (info.Version, info.Tags["team"]));

        vault.Server.Policies["app"] = new(("secret/metadata", ["list"]), ("secret/metadata/*", ["list"]));
        info = Assert.Single(await ListAsync(vault, null));
        Assert.Equal(("a", null), (info.Name, info.Version));
    }

    [Theory]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    public async Task Names_VaultCannotHold_AreMissingOrRefused(string name)
    {
        await using TestVault vault = await TestVault.StartAsync();

        Assert.Null(await vault.ReadAsync(name));
        Assert.False(await vault.Provider.DeleteAsync(name, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await vault.Provider.SetAsync(name, new SecretValue("x"), Token));
        Assert.DoesNotContain(vault.Server.Requests, request => request.Path.StartsWith("secret/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a:b")]
    [InlineData("a%2fb")]
    [InlineData("a?version=1")]
    [InlineData("é+ü=;&,")]
    public async Task Names_WithSpecialCharacters_ArriveAsTheyAre(string name)
    {
        await using TestVault vault = await TestVault.StartAsync();
        await vault.Provider.SetAsync("p/" + name, new SecretValue("x"), Token);

        Assert.Equal("x", await vault.ReadAsync("p/" + name));
        Assert.Contains(vault.Server.Requests, request => request.Path == "secret/data/p/" + name);
        Assert.Equal("p/" + name, Assert.Single(await ListAsync(vault, "p/")).Name);
    }

    [Fact]
    public async Task Namespace_OfTheOptions_IsSent()
    {
        await using TestVault vault = await TestVault.StartAsync(o => o.Namespace = "team-a/prod/", prepare: s => s.Mount("secret", 2, "team-a/prod"));
        await vault.Provider.SetAsync("a", new SecretValue("inside"), Token);
        vault.Server.Plant("secret", "a", TestVault.Value("outside"));

        Assert.Equal("inside", await vault.ReadAsync("a"));
        Assert.All(vault.Server.Requests, request => Assert.Equal("team-a/prod", request.Namespace));
    }

    [Fact]
    public async Task GetAsync_MountThatIsNone_SaysSo()
    {
        await using TestVault vault = await TestVault.StartAsync(o => (o.Mount, o.KvVersion) = ("nowhere", 2));

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));

        Assert.Equal("The secret provider 'vault' could not read 'a': Vault answered 404 to GET 'nowhere/data/a': there is nothing at this path, or no engine is mounted there.", e.Message);
    }

    private static async Task<List<SecretInfo>> ListAsync(TestVault vault, string? prefix)
    {
        var listed = new List<SecretInfo>();
        await foreach (SecretInfo info in vault.Provider.ListAsync(prefix, Token))
            listed.Add(info);
        return listed;
    }
}
