using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Extensions.Time.Testing;
using Varai.AzureCloud.Secrets;
using Varai.AzureCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

public sealed class AzureKeyVaultReadTests : AzureVaultTest
{
    [Fact]
    public async Task Get_gives_what_the_vault_knows_of_the_secret()
    {
        string id = Server.Vault.Plant("db-password", "correct horse", version =>
        {
            version.ContentType = "text/plain";
            version.Expires = 4_000_000_000;
        });
        Secret secret = Assert.IsType<Secret>(await ReadAsync(CreateProvider(), "db-password"));
        Assert.Equal("correct horse", secret.RevealString());
        Assert.Equal(("db-password", "azure-key-vault", id, "text/plain"), (secret.Name, secret.Provider, secret.Version, secret.ContentType));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(4_000_000_000), secret.ExpiresAt);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(Server.Vault.Find("db-password")!.Created), secret.CreatedAt);
    }

    [Fact]
    public async Task Get_by_version_gives_that_version()
    {
        string first = Server.Vault.Plant("key", "one");
        string second = Server.Vault.Plant("key", "two"); // within the same second
        AzureKeyVaultProvider provider = CreateProvider();
        Assert.Equal("one", (await ReadAsync(provider, "key", first))!.RevealString());
        Assert.Equal("two", (await ReadAsync(provider, "key", second))!.RevealString());
        Assert.Equal("two", (await ReadAsync(provider, "key"))!.RevealString());
        Assert.Null(await ReadAsync(provider, "key", new string('0', 32)));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("../../deletedsecrets/key")]
    [InlineData("0123456789012345678901234567890?")]
    public async Task Get_by_what_can_be_no_version_is_null_without_a_request(string version)
    {
        Server.Vault.Plant("key", "one");
        Assert.Null(await ReadAsync(CreateProvider(), "key", version));
        Assert.Empty(Server.Requests);
    }

    [Fact]
    public async Task Get_of_a_name_that_is_too_long_is_null_without_a_request()
    {
        AzureKeyVaultProvider provider = CreateProvider();
        Assert.Null(await ReadAsync(provider, new string('a', 128)));
        Assert.Null(await ReadAsync(provider, new string('_', 32)));
        Assert.Empty(Server.Requests);
        Assert.Null(await ReadAsync(provider, new string('a', 127)));
        Assert.Single(Server.Requests);
    }

    [Fact]
    public async Task Get_finds_what_others_named_with_upper_case()
    {
        Server.Vault.Plant("ConnectionStrings--Default", "Host=db");
        AzureKeyVaultProvider provider = CreateProvider();
        Assert.Equal("Host=db", (await ReadAsync(provider, "ConnectionStrings:Default"))!.RevealString());
        Assert.Equal("Host=db", (await ReadAsync(provider, "connectionstrings:default"))!.RevealString());
        Assert.Null(await ReadAsync(CreateProvider(options => options.CaseSensitiveNames = true), "ConnectionStrings:Default"));
    }

    [Fact]
    public async Task Get_of_a_disabled_secret_names_it_and_says_so()
    {
        Server.Vault.Plant("off", "value", version => version.Enabled = false);
        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => ReadAsync(CreateProvider(), "off"));
        Assert.Equal(
            "The secret provider 'azure-key-vault' could not read 'off': It is disabled in the vault. Enable it, or ask for a version that is enabled.",
            e.Message);
        Assert.False(e.IsTransient);
        Assert.Null(e.InnerException);
    }

    [Fact]
    public async Task Get_before_the_activation_date_fails_and_by_version_does_not()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        DateTimeOffset later = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().AddHours(1).ToUnixTimeSeconds());
        string id = Server.Vault.Plant("soon", "value", version => version.NotBefore = later.ToUnixTimeSeconds());
        AzureKeyVaultProvider provider = CreateProvider(time: time);
        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => ReadAsync(provider, "soon"));
        Assert.Contains(FormattableString.Invariant($"'soon': Its current version is not active before {later:u}."), e.Message, StringComparison.Ordinal);
        Assert.False(e.IsTransient);
        Assert.Equal("value", (await ReadAsync(provider, "soon", id))!.RevealString());
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("value", (await ReadAsync(provider, "soon"))!.RevealString());
    }

    [Fact]
    public async Task Get_of_a_certificate_gives_the_bytes_of_its_pfx()
    {
        using ECDsa key = ECDsa.Create();
        using X509Certificate2 certificate = new CertificateRequest("CN=shop", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        Server.Vault.Plant(
            "tls", Convert.ToBase64String(certificate.Export(X509ContentType.Pfx)), version => version.ContentType = "application/x-pkcs12");
        Secret secret = Assert.IsType<Secret>(await ReadAsync(CreateProvider(), "tls"));
        Assert.Equal("application/x-pkcs12", secret.ContentType);
        using X509Certificate2 read = X509CertificateLoader.LoadPkcs12(secret.Value.RevealBytes().Span, password: null);
        Assert.Equal(certificate.Thumbprint, read.Thumbprint);
    }

    [Theory]
    [InlineData("application/octet-stream;base64")]
    [InlineData("application/x-pkcs12")]
    public async Task Get_of_what_is_no_base64_gives_it_as_it_is(string contentType)
    {
        Server.Vault.Plant("odd", "no base64!", version => version.ContentType = contentType);
        Assert.Equal("no base64!", (await ReadAsync(CreateProvider(), "odd"))!.RevealString());
    }

    [Theory]
    [InlineData("value")]
    [InlineData("")]
    [InlineData("\"value\":\"x\" \\ \u0001 é 😀")]
    [InlineData("{\"value\":\"inner\"}")]
    public async Task Get_gives_any_text_as_it_is(string text)
    {
        Server.Vault.Plant("text", text, version => version.Tags = new JsonObject { ["value"] = "a tag of that name" });
        Assert.Equal(text, (await ReadAsync(CreateProvider(), "text"))!.RevealString());
    }

    [Fact]
    public async Task Get_gives_the_largest_value_that_there_is()
    {
        string text = new('"', 25 * 1024);
        AzureKeyVaultProvider provider = CreateProvider();
        await provider.SetAsync("large", new SecretValue(text), Cancellation);
        Assert.Equal(text, (await ReadAsync(provider, "large"))!.RevealString());
    }

    [Fact]
    public async Task Get_logs_in_once_and_again_when_the_vault_refuses_the_token()
    {
        Server.Vault.Plant("key", "one");
        AzureKeyVaultProvider provider = CreateProvider();
        await ReadAsync(provider, "key");
        await ReadAsync(provider, "key");
        Assert.Equal((1, 1), (Server.Logins, Server.Challenges));

        // The SDK keeps a token that the vault no longer takes until it expires: the error says what is wrong.
        Server.RevokeTokens();
        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => ReadAsync(provider, "key"));
        Assert.Contains("The vault refused the token (401 Unauthorized).", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_pages_through_names_without_reading_values()
    {
        Server.Vault.PageSize = 3;
        for (int i = 0; i < 10; i++)
            Server.Vault.Plant($"app--key-{i}", "value", version => version.Tags = new JsonObject { ["owner"] = "shop" });
        Server.Vault.Plant("other", "value", version => version.Expires = 4_000_000_000);
        Server.Vault.Plant("disabled", "value", version => version.Enabled = false);
        Server.Vault.Plant("foreign---", "value");
        AzureKeyVaultProvider provider = CreateProvider();

        List<SecretInfo> all = await ListAsync(provider);
        Assert.Equal([.. Enumerable.Range(0, 10).Select(i => $"app:key-{i}"), "other"], all.Select(info => info.Name));
        Assert.All(all, info => Assert.Equal("azure-key-vault", info.Provider));
        Assert.Equal("shop", all[0].Tags["owner"]);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(4_000_000_000), all[^1].ExpiresAt);
        Assert.NotNull(all[0].CreatedAt);
        Assert.NotNull(all[0].ChangedAt);
        Assert.Equal(5, Server.Requests.Count);
        Assert.All(Server.Requests, request => Assert.Equal("GET /secrets", request));

        Assert.Equal(["app:key-3"], (await ListAsync(provider, "app:key-3")).Select(info => info.Name));
        Assert.Equal(["key-3"], (await ListAsync(CreateProvider(options => options.NamePrefix = "app:"), "key-3")).Select(info => info.Name));
    }

    [Fact]
    public async Task NamePrefix_keeps_secrets_of_others_out()
    {
        Server.Vault.Plant("shop--key", "ours");
        Server.Vault.Plant("key", "theirs");
        AzureKeyVaultProvider provider = CreateProvider(options => options.NamePrefix = "shop:");
        Assert.Equal("ours", (await ReadAsync(provider, "key"))!.RevealString());
        Assert.Equal(["key"], (await ListAsync(provider)).Select(info => info.Name));
        await provider.SetAsync("new", new SecretValue("value"), Cancellation);
        Assert.Equal("value", Server.Vault.Find("shop--new")!.Value);
        Assert.True(await provider.DeleteAsync("key", Cancellation));
        Assert.Equal("theirs", Server.Vault.Find("key")!.Value);
    }

    [Fact]
    public async Task Get_by_64_readers_at_once_gives_each_its_own_value()
    {
        for (int i = 0; i < 64; i++)
            Server.Vault.Plant($"key-{i}", $"value {i}");
        AzureKeyVaultProvider provider = CreateProvider();
        Secret?[] found = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => ReadAsync(provider, $"key-{i}")));
        Assert.Equal(Enumerable.Range(0, 64).Select(i => $"value {i}"), found.Select(secret => secret!.RevealString()));
    }

    [Fact]
    public async Task Get_by_a_secret_in_a_file_logs_in_and_uses_a_new_one_when_it_has_changed()
    {
        Server.Vault.Plant("key", "one");
        using var folder = new TemporaryFolder();
        string path = folder.File("client-secret");
        File.WriteAllText(path, Server.ClientSecret + "\n");
        AzureKeyVaultOptions options = CreateOptions(o =>
        {
            o.Identity = AzureKeyVaultIdentity.ClientSecret;
            (o.TenantId, o.ClientId, o.ClientSecretFile) = (KeyVaultServer.Tenant, KeyVaultServer.Client, path);
        });
        HttpPipelineTransport transport = CreateTransport();
        TokenCredential credential = AzureCredentials.Create(options, transport);
        Assert.Equal("one", (await ReadAsync(Fresh(), "key"))!.RevealString());

        Server.ClientSecret = "rotated-" + Guid.NewGuid();
        Server.RevokeTokens();
        File.WriteAllText(path, Server.ClientSecret, Encoding.UTF8);
        Assert.Equal("one", (await ReadAsync(Fresh(), "key"))!.RevealString());
        Assert.Equal(2, Server.Logins);

        File.Delete(path);
        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => ReadAsync(Fresh(), "key"));
        Assert.Contains($"The file of the client secret, {path}, can't be read (FileNotFoundException).", e.Message, StringComparison.Ordinal);
        File.WriteAllText(path, " \n");
        e = await Assert.ThrowsAsync<SecretProviderException>(() => ReadAsync(Fresh(), "key"));
        Assert.Contains($"The file of the client secret, {path}, is empty.", e.Message, StringComparison.Ordinal);

        // The SDK keeps a token as long as it is valid, so each provider asks for its first one.
        AzureKeyVaultProvider Fresh() => new("azure-key-vault", options, credential, transport, TimeProvider.System);
    }

}
