using System.Security.Cryptography;
using Varai.Secrets;
using Varai.Tests.TestResources;
using Varai.Vault.Secrets;
using Varai.Vault.Tests.Server;

namespace Varai.Vault.Tests.Secrets;

public sealed class VaultLoginTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Token_FromFile_IsReadAgainWhenItIsRefused()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("token", VaultServer.RootToken + "\n");
        await using TestVault vault = await TestVault.StartAsync(o => o.Auth.TokenFile = file);
        vault.Server.Plant("secret", "a", TestVault.Value("1"));
        Assert.Equal("1", await vault.ReadAsync("a"));

        vault.Server.Tokens.RevokeAll();
        await File.WriteAllTextAsync(file, vault.Server.Tokens.Issue(new ServerRole(), "").Id, Token);

        Assert.Equal("1", await vault.ReadAsync("a"));
    }

    [Fact]
    public async Task Token_ThatMayNotAskAboutItself_IsUsed()
    {
        await using TestVault vault = await TestVault.StartAsync(o => o.Auth.Token = "narrow", prepare: server =>
        {
            server.Policies["default"] = new();
            server.Policies["narrow"] = new(("secret/data/a", ["read"]));
            server.Tokens.Issue(new ServerRole { Policies = ["narrow"] }, "", "narrow");
        });
        vault.Server.Plant("secret", "a", TestVault.Value("1"));

        Assert.Equal("1", await vault.ReadAsync("a"));
    }

    [Fact]
    public async Task AppRole_SecretIdOfOneUse_LogsInOnce()
    {
        await using TestVault vault = await AppRoleAsync(uses: 1, o => o.SecretId = "sid");
        vault.Server.Plant("secret", "a", TestVault.Value("1"));
        Assert.Equal("1", await vault.ReadAsync("a"));

        vault.Server.Tokens.RevokeAll();
        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));

        Assert.False(e.IsTransient);
        Assert.Equal(VaultError.LoginRefused, Assert.IsType<VaultException>(e.InnerException).Error);
        Assert.Contains("Vault answered 400 to POST 'auth/approle/login': the login was refused.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppRole_SecretIdFromFile_IsReadAgainAtEachLogin()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("sid", "sid\n");
        await using TestVault vault = await AppRoleAsync(uses: 1, o => o.SecretIdFile = file);
        Assert.Null(await vault.ReadAsync("a"));

        vault.Server.Tokens.RevokeAll();
        vault.Server.Logins.SecretIds["next"] = 0;
        await File.WriteAllTextAsync(file, "next", Token);

        Assert.Null(await vault.ReadAsync("a"));
    }

    [Fact]
    public async Task AppRole_WrappedSecretId_IsUnwrappedOnce()
    {
        await using TestVault other = await AppRoleAsync(uses: 0, o => o.SecretId = "sid");
        using VaultWrapped wrapped = await WrapAsync(other.Server);
        var options = new VaultOptions { Address = other.Server.Address };
        (options.Auth.Method, options.Auth.RoleId, options.Auth.SecretId, options.Auth.SecretIdIsWrapped) =
            (VaultAuthMethod.AppRole, "role", wrapped.Token.RevealString(), true);
        await using var client = new VaultClient(options);

        Assert.Null(await client.KeyValue().ReadAsync("a", cancellationToken: Token));
        other.Server.Tokens.RevokeAll();
        Assert.Null(await client.KeyValue().ReadAsync("a", cancellationToken: Token));

        Assert.Equal(1, other.Server.Count("sys/wrapping/unwrap"));
        Assert.Equal(2, other.Server.Count("auth/approle/login"));
    }

    [Fact]
    public async Task AppRole_WrappedSecretIdThatWasUsed_SaysSo()
    {
        await using TestVault vault = await AppRoleAsync(uses: 0, o => (o.SecretId, o.SecretIdIsWrapped) = ("stolen", true));

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));

        Assert.Contains("the wrapping token is unknown, expired or was used before. If nobody of yours has used it, somebody else did.", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("stolen", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubernetes_TokenFile_IsReadAgainAtEachLogin()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("token", "pod-jwt-1");
        await using TestVault vault = await TestVault.StartAsync(
            o => (o.Auth.Method, o.Auth.Role, o.Auth.JwtFile) = (VaultAuthMethod.Kubernetes, "orders", file),
            prepare: server =>
            {
                server.Logins.KubernetesRoles["orders"] = new ServerRole();
                server.Logins.ServiceAccountTokens.Add("pod-jwt-1");
            });
        Assert.Null(await vault.ReadAsync("a"));

        vault.Server.Tokens.RevokeAll();
        vault.Server.Logins.ServiceAccountTokens.Clear();
        vault.Server.Logins.ServiceAccountTokens.Add("pod-jwt-2");
        await File.WriteAllTextAsync(file, "pod-jwt-2", Token);

        Assert.Null(await vault.ReadAsync("a"));
    }

    [Fact]
    public async Task Kubernetes_JwtThatTheClusterRefuses_SaysSo()
    {
        using var folder = new TemporaryFolder();
        await using TestVault vault = await TestVault.StartAsync(
            o => (o.Auth.Method, o.Auth.Role, o.Auth.JwtFile) = (VaultAuthMethod.Kubernetes, "orders", folder.Write("token", "other")),
            prepare: server => server.Logins.KubernetesRoles["orders"] = new ServerRole());

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));

        Assert.Contains("Vault answered 403 to POST 'auth/kubernetes/login': the login was refused.", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, vault.Server.Count("login"));
    }

    [Fact]
    public async Task Kubernetes_MissingFile_SaysWhich()
    {
        await using TestVault vault = await TestVault.StartAsync(o => (o.Auth.Method, o.Auth.Role, o.Auth.JwtFile) = (VaultAuthMethod.Kubernetes, "orders", "/no/such/file"));

        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));

        Assert.Contains("The file of Auth:JwtFile, '/no/such/file', can't be read (DirectoryNotFoundException).", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vault", 60, true)]
    [InlineData("other", 60, false)]
    [InlineData("vault", -60, false)]
    public async Task Jwt_SignedToken_IsCheckedByTheServer(string audience, int seconds, bool accepted)
    {
        using RSA key = RSA.Create(2048);
        string jwt = LoginMethods.Sign(key, audience, TimeProvider.System.GetUtcNow().AddSeconds(seconds));
        await using TestVault vault = await TestVault.StartAsync(
            o => (o.Auth.Method, o.Auth.Role, o.Auth.GetJwtAsync) = (VaultAuthMethod.Jwt, "orders", _ => new ValueTask<SecretValue>(new SecretValue(jwt))),
            prepare: server =>
            {
                server.Logins.JwtKey = key;
                server.Logins.JwtRoles["orders"] = new ServerRole();
            });

        if (accepted)
            Assert.Null(await vault.ReadAsync("a"));
        else
            await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));
    }

    [Fact]
    public async Task UserPass_PasswordFile_LogsIn()
    {
        using var folder = new TemporaryFolder();
        await using TestVault vault = await TestVault.StartAsync(
            o => (o.Auth.Method, o.Auth.Username, o.Auth.PasswordFile) = (VaultAuthMethod.UserPass, "orders", folder.Write("password", "p4ss\n")),
            prepare: server => server.Logins.Users["orders"] = ("p4ss", new ServerRole()));

        Assert.Null(await vault.ReadAsync("a"));
        Assert.Equal(1, vault.Server.Count("auth/userpass/login/orders"));
    }

    [Fact]
    public async Task Custom_OwnLogin_IsUsedAndItsErrorsAreNotQuoted()
    {
        bool broken = false;
        await using TestVault vault = await TestVault.StartAsync(
            o => (o.Auth.Method, o.Auth.LogInAsync) = (VaultAuthMethod.Custom, async (login, token) => broken
                ? throw new InvalidOperationException("s3cr3t-canary")
                : await login.PostAsync("auth/userpass/login/orders", TestVault.Fields(("password", "p4ss")), token)),
            prepare: server => server.Logins.Users["orders"] = ("p4ss", new ServerRole()));
        Assert.Null(await vault.ReadAsync("a"));

        broken = true;
        vault.Server.Tokens.RevokeAll();
        SecretProviderException e = await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));
        Assert.Contains("The login to Vault failed with InvalidOperationException.", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mount_OfTheMethod_IsUsed()
    {
        await using TestVault vault = await TestVault.StartAsync(o => (o.Auth.Method, o.Auth.Mount, o.Auth.RoleId) = (VaultAuthMethod.AppRole, "team/approle", "role"));

        await Assert.ThrowsAsync<SecretProviderException>(() => vault.ReadAsync("a"));

        Assert.Equal(1, vault.Server.Count("auth/team/approle/login"));
    }

    private static Task<TestVault> AppRoleAsync(int uses, Action<VaultAuthOptions> configure) => TestVault.StartAsync(
        o =>
        {
            (o.Auth.Method, o.Auth.RoleId) = (VaultAuthMethod.AppRole, "role");
            configure(o.Auth);
        },
        prepare: server =>
        {
            server.Logins.AppRoles["role"] = new ServerRole();
            server.Logins.SecretIds["sid"] = uses;
        });

    private static async Task<VaultWrapped> WrapAsync(VaultServer server)
    {
        var options = new VaultOptions { Address = server.Address };
        options.Auth.Token = VaultServer.RootToken;
        await using var trusted = new VaultClient(options);
        return await trusted.WrapAsync(TestVault.Fields(("secret_id", "sid")), TimeSpan.FromMinutes(5), Token);
    }
}
