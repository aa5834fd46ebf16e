using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Varai.Secrets;
using Varai.Tests.TestResources;
using Varai.Vault.Secrets;
using Varai.Vault.Tests.Server;

namespace Varai.Vault.Tests.DependencyInjection;

public sealed class VaraiVaultBuilderExtensionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AddVault_ByCode_ReadsThroughTheStore()
    {
        await using VaultServer server = await VaultServer.StartAsync();
        server.Plant("secret", "payments/db", new() { ["user"] = "u", ["password"] = "p" });
        using IHost host = await StartAsync([], varai => varai.AddVault(o => (o.Address, o.Auth.Token) = (server.Address, VaultServer.RootToken)));
        ISecretStore store = host.Services.GetRequiredService<ISecretStore>();

        Assert.Equal("p", await store.GetSecretAsync("payments/db#password", Token));
        Assert.Equal("p", await store.GetSecretAsync("payments/db@1#password", Token));
        Assert.Equal("vault", (await store.FindSecretAsync("payments/db", Token))!.Provider);
    }

    [Fact]
    public async Task AddVault_ByConfiguration_TakesEverySetting()
    {
        await using VaultServer server = await VaultServer.StartAsync();
        server.Logins.AppRoles["role"] = new ServerRole();
        server.Logins.SecretIds["sid"] = 0;
        server.Plant("kv1", "team/a", TestVault.Value("1"));
        using IHost host = await StartAsync(
            new()
            {
                ["Varai:Vault:Address"] = server.Address,
                ["Varai:Vault:Mount"] = "kv1",
                ["Varai:Vault:KvVersion"] = "1",
                ["Varai:Vault:PathPrefix"] = "team/",
                ["Varai:Vault:DynamicMounts:0"] = "database",
                ["Varai:Vault:RequestTimeout"] = "00:00:10",
                ["Varai:Vault:Auth:Method"] = "AppRole",
                ["Varai:Vault:Auth:RoleId"] = "role",
                ["Varai:Vault:Auth:SecretId"] = "sid",
            },
            varai => varai.AddVault());
        ISecretStore store = host.Services.GetRequiredService<ISecretStore>();

        Assert.Equal("1", await store.GetSecretAsync("a", Token));
        Assert.StartsWith("v-", await store.GetSecretAsync("database/creds/readonly#username", Token), StringComparison.Ordinal);
        await host.StopAsync(Token);
        await ((IAsyncDisposable)host).DisposeAsync();
        Assert.Empty(server.Tokens.Leases);
        Assert.Equal(1, server.Count("revoke-self"));
    }

    [Fact]
    public async Task AddVault_VariablesOfVault_AreForTheUnnamedInstanceOnly()
    {
        await using VaultServer server = await VaultServer.StartAsync();
        server.Plant("secret", "a", TestVault.Value("1"));
        Dictionary<string, string?> variables = new() { ["VAULT_ADDR"] = server.Address, ["VAULT_TOKEN"] = VaultServer.RootToken };
        using IHost host = await StartAsync(variables, varai => varai.AddVault());
        Assert.Equal("1", await host.Services.GetRequiredService<ISecretStore>().GetSecretAsync("a", Token));

        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(variables, varai => varai.AddVault("eu")));
        Assert.Contains("Varai:eu:Address", e.Message, StringComparison.Ordinal);
        Assert.Contains("Varai:eu:Auth:Token", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddVault_TwiceAndNamed_IsOneProviderForEachName()
    {
        await using VaultServer server = await VaultServer.StartAsync();
        await using VaultServer eu = await VaultServer.StartAsync();
        server.Plant("secret", "a", TestVault.Value("1"));
        eu.Plant("secret", "a", TestVault.Value("shadowed"));
        eu.Plant("secret", "b", TestVault.Value("2"));
        using IHost host = await StartAsync(
            new() { ["Varai:vault-eu:Address"] = eu.Address },
            varai => varai
                .AddVault(o => o.Address = server.Address)
                .AddVault("vault-eu", o => o.Auth.Token = VaultServer.RootToken)
                .AddVault(o => o.Auth.Token = VaultServer.RootToken)
                .AddVault("vault-eu"));

        Assert.Equal(["vault", "vault-eu"], host.Services.GetServices<ISecretProvider>().Select(p => p.Name).Where(n => n.StartsWith("vault", StringComparison.Ordinal)));
        ISecretStore store = host.Services.GetRequiredService<ISecretStore>();
        Assert.Equal("1", await store.GetSecretAsync("a", Token));
        Assert.Equal("vault-eu", (await store.FindSecretAsync("b", Token))!.Provider);
        Assert.Same(host.Services.GetRequiredService<VaultClient>(), host.Services.GetRequiredKeyedService<VaultClient>("vault"));
        Assert.NotSame(host.Services.GetRequiredService<VaultClient>(), host.Services.GetRequiredKeyedService<VaultClient>("vault-eu"));
    }

    [Theory]
    [InlineData("Varai:Vault:Adress", "x", "Adress")]
    [InlineData("Varai:Vault:Auth:Tokn", "x", "Tokn")]
    [InlineData("Varai:Vault:KvVersion", "7", "Varai:Vault:KvVersion is '7'; it must be 1, 2 or absent.")]
    [InlineData("Varai:Vault:RequestTimeout", "-1", "Varai:Vault:RequestTimeout")]
    public async Task AddVault_BadSetting_StopsTheHostAtStart(string key, string value, string says)
    {
        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(
            new() { ["Varai:Vault:Address"] = "https://vault", ["Varai:Vault:Auth:Token"] = "s3cr3t-canary", [key] = value },
            varai => varai.AddVault()));

        Assert.Contains(says, e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AddVault_NameThatIsNoKey_IsRefused()
    {
        var builder = new VaraiBuilder(new ServiceCollection());

        Assert.Throws<ArgumentException>(() => builder.AddVault("a:b"));
        Assert.Throws<ArgumentException>(() => builder.AddVault(" "));
        Assert.Throws<ArgumentNullException>(() => ((VaraiBuilder)null!).AddVault());
    }

    [Fact]
    public async Task Store_AcrossSealing_ServesTheLastValueAndRecovers()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using VaultServer server = await VaultServer.StartAsync(clock);
        server.Logins.Users["orders"] = ("p4ss", new ServerRole { Ttl = TimeSpan.FromSeconds(5), MaxTtl = TimeSpan.FromSeconds(20) });
        server.Plant("secret", "a", TestVault.Value("1"));
        // The last value may be as old as it likes: the clock at the end goes faster than the network answers.
        using IHost host = await StartAsync(
            new() { ["Varai:Secrets:CacheTtl"] = "00:00:02", ["Varai:Secrets:MaxStale"] = "30.00:00:00" },
            varai => varai.AddVault(o => (o.Address, o.Auth.Method, o.Auth.Username, o.Auth.Password) = (server.Address, VaultAuthMethod.UserPass, "orders", "p4ss")),
            clock);
        ISecretStore store = host.Services.GetRequiredService<ISecretStore>();

        for (int second = 0; second < 60; second++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            server.IsSealed = second is > 20 and < 40;
            if (second == 45)
                server.Plant("secret", "a", TestVault.Value("2"));
            Assert.Contains(await store.GetSecretAsync("a", Token), (string[])["1", "2"]);
        }

        await Varai.Vault.Tests.Secrets.VaultSessionTests.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return store.GetSecret("a") == "2";
        });
    }

    private async Task<IHost> StartAsync(Dictionary<string, string?> settings, Action<VaraiBuilder> add, TimeProvider? clock = null)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            DisableDefaults = true,
            EnvironmentName = "Development",
            ContentRootPath = _folder.Root,
        });
        builder.Configuration.AddInMemoryCollection(settings);
        if (clock is not null)
            builder.Services.AddSingleton(clock);
        add(builder.AddVarai());
        IHost host = builder.Build();
        try
        {
            await host.StartAsync(Token);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
