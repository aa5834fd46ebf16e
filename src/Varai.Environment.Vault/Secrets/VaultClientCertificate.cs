using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Varai.Vault.Secrets;

/// <summary>The client certificate, read again when its file has changed.</summary>
internal sealed class VaultClientCertificate(VaultTlsOptions options)
{
    private readonly Lock _gate = new();
    private X509Certificate2? _certificate;
    private DateTime _writtenAt;

    /// <exception cref="VaultException">The file can't be read.</exception>
    public X509Certificate2 Get()
    {
        string file = options.ClientCertificateFile!;
        lock (_gate)
        {
            try
            {
                DateTime writtenAt = File.GetLastWriteTimeUtc(file);
                if (_certificate is null || writtenAt != _writtenAt)
                {
                    // The old one may be in use by a handshake; the collector frees it.
                    _certificate = Load(file, options.ClientKeyFile);
                    _writtenAt = writtenAt;
                }

                return _certificate;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                // While the files are being replaced certificate and key may not fit.
                return _certificate ?? throw new VaultException(
                    VaultError.InvalidRequest,
                    $"The client certificate '{file}' can't be read ({e.GetType().Name}). Tls:ClientCertificateFile and Tls:ClientKeyFile must hold a certificate and its key in PEM.");
            }
        }
    }

    private static X509Certificate2 Load(string certificateFile, string? keyFile)
    {
        X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        if (!OperatingSystem.IsWindows())
            return certificate;

        // Windows can't use a key for TLS that was never stored.
        using (certificate)
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
