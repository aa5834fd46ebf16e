using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Azure.Core;
using Azure.Identity;
using Varai.AzureCloud.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

public sealed class AzureCredentialsTests
{
    [Theory]
    [InlineData(AzureKeyVaultIdentity.Default, typeof(DefaultAzureCredential))]
    [InlineData(AzureKeyVaultIdentity.ManagedIdentity, typeof(ManagedIdentityCredential))]
    [InlineData(AzureKeyVaultIdentity.WorkloadIdentity, typeof(WorkloadIdentityCredential))]
    [InlineData(AzureKeyVaultIdentity.ClientSecret, typeof(ClientSecretFileCredential))]
    [InlineData(AzureKeyVaultIdentity.ClientCertificate, typeof(ClientCertificateCredential))]
    public void Create_gives_the_credential_of_the_identity(AzureKeyVaultIdentity identity, Type expected)
    {
        foreach (string? id in (string?[])[null, "11111111-2222-3333-4444-555555555555"])
        {
            if (id is null && identity > AzureKeyVaultIdentity.WorkloadIdentity)
                continue;
            TokenCredential credential = AzureCredentials.Create(
                new AzureKeyVaultOptions
                {
                    Identity = identity,
                    TenantId = id,
                    ClientId = id,
                    ClientSecretFile = "client-secret",
                    ClientCertificateFile = "client.pem",
                    AuthorityHost = AzureAuthorityHosts.AzureGovernment,
                },
                transport: null);
            Assert.IsType(expected, credential);
        }
    }

    [Fact]
    public async Task Create_with_a_certificate_signs_with_it()
    {
        await using Server.KeyVaultServer server = await Tests.Server.KeyVaultServer.StartAsync();
        using RSA key = RSA.Create(2048);
        using X509Certificate2 certificate = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var folder = new TemporaryFolder();
        string path = folder.Write("client.pem", certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        string? assertion = null;
        server.LoginFault = async context =>
        {
            assertion = (await context.Request.ReadFormAsync())["client_assertion"];
            return false;
        };
        TokenCredential credential = AzureCredentials.Create(
            new AzureKeyVaultOptions
            {
                Identity = AzureKeyVaultIdentity.ClientCertificate,
                TenantId = Tests.Server.KeyVaultServer.Tenant,
                ClientId = Tests.Server.KeyVaultServer.Client,
                ClientCertificateFile = path,
                AuthorityHost = server.Address,
                DisableInstanceDiscovery = true,
            },
            server.CreateTransport());
        await Assert.ThrowsAsync<AuthenticationFailedException>(
            async () => await credential.GetTokenAsync(new TokenRequestContext([Tests.Server.KeyVaultServer.Scope]), TestContext.Current.CancellationToken));
        string[] parts = Assert.IsType<string>(assertion).Split('.');
        byte[] signature = System.Buffers.Text.Base64Url.DecodeFromChars(parts[2]);
        byte[] signed = System.Text.Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
        Assert.True(
            key.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
            || key.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }
}
