using System.Security.Cryptography.X509Certificates;
using Varai.Secrets;
using Varai.Tests.TestResources;
using Varai.Vault.Secrets;
using Varai.Vault.Tests.Server;

namespace Varai.Vault.Tests.Secrets;

public sealed class VaultTlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task CaFile_OfTheServer_IsTrusted()
    {
        await using VaultServer server = await StartAsync("127.0.0.1");
        await using VaultClient client = Create(server, o => o.Tls.CaFile = _folder.Write("ca.pem", _certificates.AuthorityPem));

        Assert.False((await client.GetHealthAsync(Token)).IsSealed);
    }

    [Fact]
    public async Task UnknownAuthority_IsRefused()
    {
        using var other = new TestCertificates();
        await using VaultServer server = await StartAsync("127.0.0.1");
        await using VaultClient plain = Create(server);
        await using VaultClient wrong = Create(server, o => o.Tls.CaFile = _folder.Write("ca.pem", other.AuthorityPem));

        foreach (VaultClient client in (VaultClient[])[plain, wrong])
        {
            VaultException e = await Assert.ThrowsAsync<VaultException>(() => client.GetHealthAsync(Token));
            Assert.Equal((VaultError.Unavailable, true), (e.Error, e.IsTransient));
            Assert.Contains("the TLS handshake failed: ", e.Message, StringComparison.Ordinal);
            Assert.EndsWith("Check Tls:CaFile, Tls:ServerName and Tls:ClientCertificateFile.", e.Message, StringComparison.Ordinal);
        }

        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task ServerName_OfTheCertificate_IsChecked()
    {
        await using VaultServer server = await StartAsync("vault.internal");
        string ca = _folder.Write("ca.pem", _certificates.AuthorityPem);
        await using VaultClient without = Create(server, o => o.Tls.CaFile = ca);
        await using VaultClient with = Create(server, o => (o.Tls.CaFile, o.Tls.ServerName) = (ca, "vault.internal"));

        await Assert.ThrowsAsync<VaultException>(() => without.GetHealthAsync(Token));
        Assert.False((await with.GetHealthAsync(Token)).IsSealed);
    }

    [Fact]
    public async Task ClientCertificate_LogsInAndIsReadAgain()
    {
        await using VaultServer server = await StartAsync("127.0.0.1");
        (X509Certificate2 certificate, string pem) = _certificates.Issue("orders");
        server.Logins.Certificates[certificate.Thumbprint] = new ServerRole();
        server.Plant("secret", "a", TestVault.Value("1"));
        string file = _folder.Write("client.pem", pem);
        void Configure(VaultOptions o) => (o.Tls.CaFile, o.Tls.ClientCertificateFile, o.Auth.Method, o.Auth.Token) =
            (_folder.Write("ca.pem", _certificates.AuthorityPem), file, VaultAuthMethod.Certificate, null);
        await using VaultClient client = Create(server, Configure);
        using (VaultKeyValueSecret? secret = await client.KeyValue().ReadAsync("a", cancellationToken: Token))
            Assert.Equal("1", TestVault.Text(secret!.Data!.Get("value")));

        var files = new VaultClientCertificate(new VaultTlsOptions { ClientCertificateFile = file });
        Assert.Equal(certificate.Thumbprint, files.Get().Thumbprint);
        (X509Certificate2 renewed, string renewedPem) = _certificates.Issue("orders");
        await File.WriteAllTextAsync(file, renewedPem, Token);
        File.SetLastWriteTimeUtc(file, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(renewed.Thumbprint, files.Get().Thumbprint);
        await File.WriteAllTextAsync(file, "half", Token);
        File.SetLastWriteTimeUtc(file, new DateTime(2031, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(renewed.Thumbprint, files.Get().Thumbprint);
    }

    [Fact]
    public async Task ClientCertificate_ThatVaultDoesNotKnow_IsRefused()
    {
        await using VaultServer server = await StartAsync("127.0.0.1");
        string file = _folder.Write("client.pem", _certificates.Issue("stranger").Pem);
        await using VaultClient client = Create(server, o => (o.Tls.CaFile, o.Tls.ClientCertificateFile, o.Auth.Method, o.Auth.Token) =
            (_folder.Write("ca.pem", _certificates.AuthorityPem), file, VaultAuthMethod.Certificate, null));

        VaultException e = await Assert.ThrowsAsync<VaultException>(() => client.ReadAsync("secret/data/a", Token));

        Assert.Equal(VaultError.LoginRefused, e.Error);
    }

    [Theory]
    [InlineData("ca", null, "can't be read (FileNotFoundException)")]
    [InlineData("ca", "no certificate here", "holds no certificate in PEM")]
    [InlineData("client", null, "can't be read (FileNotFoundException)")]
    [InlineData("client", "s3cr3t-canary", "can't be read (CryptographicException)")]
    public void Files_ThatCannotBeRead_AreNamed(string which, string? content, string says)
    {
        string file = content is null ? _folder.File("none.pem") : _folder.Write("some.pem", content);
        var options = new VaultOptions { Address = "https://localhost" };
        options.Auth.Token = "t";
        if (which == "ca")
            options.Tls.CaFile = file;
        else
            options.Tls.ClientCertificateFile = file;

        VaultException e = Assert.Throws<VaultException>(() => new VaultClient(options));

        Assert.Contains($"'{file}'", e.Message, StringComparison.Ordinal);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateHandler_OfTheUser_SendsTheRequests()
    {
        await using VaultServer server = await VaultServer.StartAsync();
        int sent = 0;
        await using VaultClient client = Create(server, o => o.CreateHandler = inner =>
        {
            Assert.False(inner.AllowAutoRedirect);
            return new Counting(inner, () => sent++);
        });

        await client.GetHealthAsync(Token);

        Assert.Equal(1, sent);
    }

    private Task<VaultServer> StartAsync(string name) => VaultServer.StartAsync(certificate: _certificates.Issue(name).Certificate);

    private static VaultClient Create(VaultServer server, Action<VaultOptions>? configure = null)
    {
        var options = new VaultOptions { Address = server.Address };
        options.Auth.Token = VaultServer.RootToken;
        configure?.Invoke(options);
        return new VaultClient(options);
    }

    private sealed class Counting(HttpMessageHandler inner, Action sent) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sent();
            return base.SendAsync(request, cancellationToken);
        }
    }
}
