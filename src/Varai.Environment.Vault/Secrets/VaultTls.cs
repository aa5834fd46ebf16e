using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Varai.Vault.Secrets;

/// <summary>Makes the handler that connects.</summary>
internal static class VaultTls
{
    /// <exception cref="VaultException">A certificate file can't be read.</exception>
    public static HttpMessageHandler CreateHandler(VaultOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // a token goes to configured addresses only
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(15),
            ActivityHeadersPropagator = null,
        };
        try
        {
            Configure(handler, options.Tls);
            return options.CreateHandler?.Invoke(handler) ?? handler;
        }
        catch
        {
            handler.Dispose();
            throw;
        }
    }

    private static void Configure(SocketsHttpHandler handler, VaultTlsOptions options)
    {
        if (options.CaFile is { } file)
            handler.SslOptions.CertificateChainPolicy = Trusting(file);
        if (options.ClientCertificateFile is null)
            return;

        var certificate = new VaultClientCertificate(options);
        _ = certificate.Get(); // a file that can't be read shall not wait for the first handshake to be noticed
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate.Get();
    }

    private static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // as .NET's own default for TLS clients
        };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new VaultException(VaultError.InvalidRequest, $"The file of Tls:CaFile, '{file}', can't be read ({e.GetType().Name}). It must hold certificates in PEM.");
        }

        return policy.CustomTrustStore.Count > 0
            ? policy
            : throw new VaultException(VaultError.InvalidRequest, $"The file of Tls:CaFile, '{file}', holds no certificate in PEM.");
    }
}
