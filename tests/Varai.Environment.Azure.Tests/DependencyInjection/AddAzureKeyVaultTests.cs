using Azure.Core.Pipeline;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Varai.AzureCloud.Secrets;
using Varai.AzureCloud.Tests.Secrets;
using Varai.AzureCloud.Tests.Server;
using Varai.Secrets;

namespace Varai.AzureCloud.Tests.DependencyInjection;

public sealed class AddAzureKeyVaultTests : AzureVaultTest, IDisposable
{
    private const string Vault = "https://shop.vault.azure.net";

    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task Add_ByCode_ServesTheStore()
    {
        Server.Vault.Plant("db-login", """{"user":"shop","password":"p"}""");
        using IHost host = Build(builder => builder.AddAzureKeyVault(Reach));
        await host.StartAsync(Cancellation);
        var store = host.Services.GetRequiredService<ISecretStore>();

        Secret secret = (await store.FindSecretAsync("db-login", Cancellation))!;

        Assert.Equal(("azure-key-vault", Server.Vault.Find("db-login")!.Id), (secret.Provider, secret.Version));
        Assert.Equal("p", await store.GetSecretAsync("db-login#password", Cancellation));
        Assert.Equal(secret.RevealString(), (await store.FindSecretAsync($"db-login@{secret.Version}", Cancellation))!.RevealString());
        Assert.Null(await store.FindSecretAsync("db-logon", Cancellation));
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Add_ByConfiguration_IsTheSame()
    {
        string file = _root.File("client-secret");
        await File.WriteAllTextAsync(file, Server.ClientSecret, Cancellation);
        HttpPipelineTransport transport = CreateTransport();
        using IHost host = Build(
            builder => builder.AddAzureKeyVault(o => o.Transport = _ => transport), // it trusts the certificate of the tests
            ("Varai:AzureKeyVault:VaultUri", Server.Address.ToString()),
            ("Varai:AzureKeyVault:AuthorityHost", Server.Address.ToString()),
            ("Varai:AzureKeyVault:Identity", "ClientSecret"),
            ("Varai:AzureKeyVault:TenantId", KeyVaultServer.Tenant),
            ("Varai:AzureKeyVault:ClientId", KeyVaultServer.Client),
            ("Varai:AzureKeyVault:ClientSecretFile", file),
            ("Varai:AzureKeyVault:DisableInstanceDiscovery", "true"),
            ("Varai:AzureKeyVault:DisableChallengeResourceVerification", "true"),
            ("Varai:AzureKeyVault:NamePrefix", "shop:"),
            ("Varai:AzureKeyVault:CaseSensitiveNames", "true"),
            ("Varai:AzureKeyVault:PurgeOnDelete", "true"),
            ("Varai:AzureKeyVault:ContentType", "text/plain"),
            ("Varai:AzureKeyVault:Tags:team", "billing"),
            ("Varai:AzureKeyVault:ExpiresAfter", "30.00:00:00"));
        await host.StartAsync(Cancellation);
        AzureKeyVaultProvider provider = Assert.Single(Providers(host));

        await provider.SetAsync("Key", new SecretValue("one"), Cancellation);

        StoredVersion stored = Server.Vault.Find("shop-----kkey")!;
        Assert.Equal(("one", "text/plain", "billing"), (stored.Value, stored.ContentType, (string?)stored.Tags!["team"]));
        Assert.Equal(TimeSpan.FromDays(30).TotalSeconds, stored.Expires!.Value - stored.Created, 5d);
        Assert.Equal("one", await host.Services.GetRequiredService<ISecretStore>().GetSecretAsync("Key", Cancellation));
        Assert.True(await provider.DeleteAsync("Key", Cancellation));
        Assert.Equal(SecretStage.Purging, Server.Vault.StageOf("shop-----kkey"));
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public void Add_Twice_IsOneForEachNameAndSettingsAddUp()
    {
        using IHost host = Build(builder => builder
            .AddAzureKeyVault(o => o.VaultUri = new Uri(Vault)).AddAzureKeyVault("azure-b", o => o.VaultUri = new Uri("https://b.vault.azure.net"))
            .AddAzureKeyVault(o => o.NamePrefix = "a:").AddAzureKeyVault("azure-b", o => o.NamePrefix = "b:")
            .AddAzureKeyVault("azure-key-vault", o => o.ContentType = "text/plain"));

        Assert.Equal(["azure-key-vault", "azure-b"], Providers(host).Select(p => p.Name));
        var monitor = host.Services.GetRequiredService<IOptionsMonitor<AzureKeyVaultOptions>>();
        AzureKeyVaultOptions first = monitor.CurrentValue;
        Assert.Equal((new Uri(Vault), "a:", "text/plain"), (first.VaultUri, first.NamePrefix, first.ContentType));
        AzureKeyVaultOptions second = monitor.Get("azure-b");
        Assert.Equal((new Uri("https://b.vault.azure.net"), "b:", null), (second.VaultUri, second.NamePrefix, second.ContentType));
    }

    [Fact]
    public async Task Add_WithNames_AreProvidersOfTheirOwn()
    {
        Server.Vault.Plant("blue--key", "blue");
        Server.Vault.Plant("green--key", "green");
        using IHost host = Build(
            builder => builder
                .AddAzureKeyVault("blue", Reach).AddAzureKeyVault("blue", o => o.NamePrefix = "blue:")
                .AddAzureKeyVault("green", Reach),
            ("Varai:green:NamePrefix", "green:"));
        await host.StartAsync(Cancellation);

        Secret secret = (await host.Services.GetRequiredService<ISecretStore>().FindSecretAsync("key", Cancellation))!;
        Assert.Equal(("blue", "blue"), (secret.RevealString(), secret.Provider));
        AzureKeyVaultProvider green = Providers(host).Single(p => p.Name == "green");
        Assert.Equal("green", (await ReadAsync(green, "key"))!.RevealString());
        await host.StopAsync(Cancellation);
    }

    [Theory]
    [InlineData("Varai:AzureKeyVault:VaultUrl", "https://x", "'ErrorOnUnknownConfiguration'", "'VaultUrl'")]
    [InlineData("Varai:azure-b:VaultUrl", "https://x", "'ErrorOnUnknownConfiguration'", "'VaultUrl'")]
    [InlineData("Varai:AzureKeyVolt:VaultUri", "https://x", "Varai:AzureKeyVolt is not known", "Did you mean 'AzureKeyVault'?")]
    public async Task Start_UnknownKey_StopsTheHost(string key, string value, params string[] says)
    {
        using IHost host = Build(
            builder => builder.AddAzureKeyVault(o => o.VaultUri = new Uri(Vault)).AddAzureKeyVault("azure-b", o => o.VaultUri = new Uri(Vault)), (key, value));

        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync(Cancellation));

        Assert.True(e is OptionsValidationException or InvalidOperationException, e.ToString());
        Assert.All(says, text => Assert.Contains(text, e.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Varai:AzureKeyVault:VaultUri", "http://shop.vault.azure.net", "Varai:AzureKeyVault:VaultUri is 'http://shop.vault.azure.net'; it must be the https address of a vault, such as https://my-vault.vault.azure.net, without user name, path and query.")]
    [InlineData("Varai:AzureKeyVault:VaultUri", "https://user:s3cr3t@shop.vault.azure.net", "Varai:AzureKeyVault:VaultUri is not what it must be: the https address of a vault, such as https://my-vault.vault.azure.net, without user name, path and query.")]
    [InlineData("Varai:AzureKeyVault:Identity", "ClientSecret", "Varai:AzureKeyVault:TenantId is ''; it must be set when Identity is ClientSecret.; Varai:AzureKeyVault:ClientId is ''; it must be set when Identity is ClientSecret.; Varai:AzureKeyVault:ClientSecretFile is ''; it must be set when Identity is ClientSecret.")]
    [InlineData("Varai:azure-b:NamePrefix", "#", "Varai:azure-b:NamePrefix is '#'; it must be empty, or what the name of a secret may begin with.")]
    public async Task Start_BadValue_StopsTheHost(string key, string value, string expected)
    {
        using IHost host = Build(
            builder => builder.AddAzureKeyVault().AddAzureKeyVault("azure-b"),
            [("Varai:AzureKeyVault:VaultUri", Vault), ("Varai:azure-b:VaultUri", Vault), (key, value)]);

        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));

        Assert.Equal(expected, e.Message);
    }

    [Fact]
    public async Task Start_NoVault_StopsTheHost()
    {
        using IHost host = Build(builder => builder.AddAzureKeyVault());

        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));

        Assert.Equal(
            "Varai:AzureKeyVault:VaultUri is ''; it must be the https address of a vault, such as https://my-vault.vault.azure.net, without user name, path and query.",
            e.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData("a b")]
    public void Add_BadName_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => new VaraiBuilder(new ServiceCollection()).AddAzureKeyVault(name));

    private static IEnumerable<AzureKeyVaultProvider> Providers(IHost host) =>
        host.Services.GetServices<ISecretProvider>().OfType<AzureKeyVaultProvider>();

    private void Reach(AzureKeyVaultOptions options)
    {
        HttpPipelineTransport transport = CreateTransport();
        AzureKeyVaultOptions from = CreateOptions();
        (options.VaultUri, options.AuthorityHost) = (from.VaultUri, from.AuthorityHost);
        (options.DisableInstanceDiscovery, options.DisableChallengeResourceVerification) = (true, true);
        options.Transport = _ => transport;
        options.Credential = _ => CreateCredential(transport);
    }

    private IHost Build(Action<VaraiBuilder> configure, params (string Key, string Value)[] settings)
    {
        HostApplicationBuilder host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _root.Root });
        foreach ((string key, string value) in settings) // a later one wins
            host.Configuration.AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]);
        configure(host.AddVarai());
        return host.Build();
    }
}
