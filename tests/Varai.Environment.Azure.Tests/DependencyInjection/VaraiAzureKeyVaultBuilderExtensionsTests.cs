using Azure.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.AzureCloud.Secrets;
using Varai.AzureCloud.Tests.Secrets;
using Varai.AzureCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.AzureCloud.Tests.DependencyInjection;

public sealed class VaraiAzureKeyVaultBuilderExtensionsTests : AzureVaultTest, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddAzureKeyVault_by_code_reads_through_the_store()
    {
        string first = Server.Vault.Plant("db-login", """{"user":"shop","password":"one"}""");
        Server.Vault.Plant("db-login", """{"user":"shop","password":"two"}""");
        using IHost host = await StartAsync([], varai => varai.AddAzureKeyVault(UseServer));
        ISecretStore store = host.Services.GetRequiredService<ISecretStore>();
        Assert.Equal("two", await store.GetSecretAsync("db-login#password", Cancellation));
        Assert.Equal("one", await store.GetSecretAsync($"db-login@{first}#password", Cancellation));
        Assert.Equal("azure-key-vault", (await store.FindSecretAsync("db-login", Cancellation))!.Provider);
        Assert.Null(await store.FindSecretAsync("missing", Cancellation));
        await store.SetSecretAsync("db-login", "three", Cancellation);
        Assert.Equal("three", await store.GetSecretAsync("db-login", Cancellation));
        Assert.True(await store.DeleteSecretAsync("db-login", Cancellation));
        Assert.Null(await store.FindSecretAsync("db-login", Cancellation));
    }

    [Fact]
    public async Task AddAzureKeyVault_by_configuration_takes_every_setting()
    {
        Server.Vault.Plant("---kshop--key", "one");
        var settings = new Dictionary<string, string?>
        {
            ["Varai:AzureKeyVault:VaultUri"] = Server.Address.ToString(),
            ["Varai:AzureKeyVault:NamePrefix"] = "Shop:",
            ["Varai:AzureKeyVault:CaseSensitiveNames"] = "true",
            ["Varai:AzureKeyVault:Identity"] = "ClientSecret",
            ["Varai:AzureKeyVault:TenantId"] = KeyVaultServer.Tenant,
            ["Varai:AzureKeyVault:ClientId"] = KeyVaultServer.Client,
            ["Varai:AzureKeyVault:ClientSecretFile"] = _folder.Write("client-secret", Server.ClientSecret),
            ["Varai:AzureKeyVault:ClientCertificateFile"] = "not asked for",
            ["Varai:AzureKeyVault:AuthorityHost"] = Server.Address.ToString(),
            ["Varai:AzureKeyVault:DisableInstanceDiscovery"] = "true",
            ["Varai:AzureKeyVault:DisableChallengeResourceVerification"] = "true",
            ["Varai:AzureKeyVault:PurgeOnDelete"] = "true",
            ["Varai:AzureKeyVault:ContentType"] = "text/plain",
            ["Varai:AzureKeyVault:Tags:owner"] = "shop",
            ["Varai:AzureKeyVault:ExpiresAfter"] = "90.00:00:00",
        };
        string[] inCodeOnly = [nameof(AzureKeyVaultOptions.Credential), nameof(AzureKeyVaultOptions.Transport)];
        Assert.Empty(typeof(AzureKeyVaultOptions).GetProperties().Select(p => p.Name).Except(inCodeOnly).Except(settings.Keys.Select(key => key.Split(':')[2])));

        using IHost host = await StartAsync(settings, varai => varai.AddAzureKeyVault(options => options.Transport = _ => CreateTransport()));
        ISecretStore store = host.Services.GetRequiredService<ISecretStore>();
        Assert.Equal("one", await store.GetSecretAsync("key", Cancellation));
        await store.SetSecretAsync("key", "two", Cancellation);
        StoredVersion stored = Server.Vault.Find("---kshop--key")!;
        Assert.Equal(("two", "text/plain", "shop"), (stored.Value, stored.ContentType, (string?)stored.Tags!["owner"]));
        Assert.NotNull(stored.Expires);
        await store.DeleteSecretAsync("key", Cancellation);
        Assert.Equal(SecretStage.Purging, Server.Vault.StageOf("---kshop--key"));
    }

    [Fact]
    public async Task AddAzureKeyVault_twice_and_named_is_one_provider_for_each_name()
    {
        await using KeyVaultServer other = await KeyVaultServer.StartAsync();
        other.Vault.Plant("there", "value");
        int credentials = 0;
        using IHost host = await StartAsync(
            new() { ["Varai:vault-eu:VaultUri"] = other.Address.ToString(), ["Varai:AzureKeyVault:NamePrefix"] = "overridden" },
            varai => varai
                .AddAzureKeyVault(UseServer)
                .AddAzureKeyVault("vault-eu", options =>
                {
                    options.DisableChallengeResourceVerification = true;
                    options.Transport = _ => other.CreateTransport();
                    options.Credential = _ => CredentialOf(other);
                })
                .AddAzureKeyVault(options =>
                {
                    options.NamePrefix = ""; // code comes after configuration
                    Func<IServiceProvider, TokenCredential> create = options.Credential!;
                    options.Credential = services =>
                    {
                        credentials++;
                        return create(services);
                    };
                })
                .AddAzureKeyVault("vault-eu"));
        Server.Vault.Plant("here", "value");
        Assert.Equal(["azure-key-vault", "vault-eu"], host.Services.GetServices<ISecretProvider>().Select(p => p.Name).Where(name => name.Contains("vault", StringComparison.Ordinal)));
        ISecretStore store = host.Services.GetRequiredService<ISecretStore>();
        Assert.Equal("azure-key-vault", (await store.FindSecretAsync("here", Cancellation))!.Provider);
        Assert.Equal("vault-eu", (await store.FindSecretAsync("there", Cancellation))!.Provider);
        Assert.Equal(1, credentials);
    }

    [Theory]
    [InlineData("Varai:AzureKeyVault:VaultUrl", "https://x", "VaultUrl")]
    [InlineData("Varai:AzureKeyVault:VaultUri", "http://x", "Varai:AzureKeyVault:VaultUri is 'http://x/'; it must be the vault's address")]
    [InlineData("Varai:AzureKeyVault:Identity", "ClientSecret", "Varai:AzureKeyVault:ClientSecretFile is ''; it must be set when Identity is ClientSecret.")]
    [InlineData("Varai:AzureKeyVault:Identity", "Nobody", "Nobody")]
    [InlineData("Varai:AzureKeyVault", "https://x", "Varai:AzureKeyVault has a value of its own")]
    [InlineData("Varai:AzureKeyVaults:VaultUri", "https://x", "Varai:AzureKeyVaults is not known")]
    [InlineData("Varai:vault-eu:ExpiresAfter", "-1", "Varai:vault-eu:ExpiresAfter is '-1.00:00:00'")]
    public async Task AddAzureKeyVault_with_a_bad_setting_stops_the_host_at_start(string key, string value, string says)
    {
        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(
            new() { ["Varai:AzureKeyVault:VaultUri"] = "https://x", [key] = value },
            varai => varai.AddAzureKeyVault().AddAzureKeyVault("vault-eu", options => options.VaultUri = new Uri("https://eu"))));
        Assert.Contains(says, e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddAzureKeyVault_without_an_address_stops_the_host_at_start()
    {
        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync([], varai => varai.AddAzureKeyVault()));
        Assert.Contains("Varai:AzureKeyVault:VaultUri is ''; it must be the vault's address, such as https://my-vault.vault.azure.net.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddAzureKeyVault_with_the_name_it_has_without_one_sets_the_same_provider()
    {
        var builder = new VaraiBuilder(new ServiceCollection());
        builder.AddAzureKeyVault(options => options.VaultUri = new Uri("https://x")).AddAzureKeyVault("azure-key-vault", options => options.NamePrefix = "shop:");
        using ServiceProvider services = builder.Services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).BuildServiceProvider();
        Assert.Equal("azure-key-vault", Assert.Single(services.GetServices<ISecretProvider>()).Name);
        Assert.Equal("shop:", services.GetRequiredService<IOptions<AzureKeyVaultOptions>>().Value.NamePrefix);
    }

    [Theory]
    [InlineData("a:b")]
    [InlineData("a b")]
    public void AddAzureKeyVault_refuses_a_name_that_is_no_key(string name) =>
        Assert.Throws<ArgumentException>(() => new VaraiBuilder(new ServiceCollection()).AddAzureKeyVault(name));

    private void UseServer(AzureKeyVaultOptions options)
    {
        options.VaultUri = Server.Address;
        options.DisableChallengeResourceVerification = true;
        options.Transport = _ => CreateTransport();
        options.Credential = _ => CredentialOf(Server);
    }

    private static TokenCredential CredentialOf(KeyVaultServer server) => new Azure.Identity.ClientSecretCredential(
        KeyVaultServer.Tenant,
        KeyVaultServer.Client,
        server.ClientSecret,
        new Azure.Identity.ClientSecretCredentialOptions { AuthorityHost = server.Address, DisableInstanceDiscovery = true, Transport = server.CreateTransport() });

    private async Task<IHost> StartAsync(Dictionary<string, string?> settings, Action<VaraiBuilder> add)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ContentRootPath = _folder.Root });
        builder.Configuration.AddInMemoryCollection(settings);
        add(builder.AddVarai());
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(Cancellation);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
