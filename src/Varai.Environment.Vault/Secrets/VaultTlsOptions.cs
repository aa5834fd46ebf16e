namespace Varai.Vault.Secrets;

/// <summary>How the TLS connection to Vault is made. Server certificates are always checked; there is no switch against that.</summary>
public sealed class VaultTlsOptions
{
    /// <summary>A PEM file with the certificates of the authorities that may have signed the server's certificate; no others are
    /// trusted then.</summary>
    /// <value>Default: the environment variable <c>VAULT_CACERT</c> for the instance <c>vault</c>, else the machine's authorities.</value>
    public string? CaFile { get; set; }

    /// <summary>A PEM file with the client certificate, followed by intermediate ones if there are any. It is read again when it
    /// changes.</summary>
    /// <value>Default: the environment variable <c>VAULT_CLIENT_CERT</c> for the instance <c>vault</c>, else none.</value>
    public string? ClientCertificateFile { get; set; }

    /// <summary>A PEM file with the key of the client certificate.</summary>
    /// <value>Default: the environment variable <c>VAULT_CLIENT_KEY</c> for the instance <c>vault</c>, else
    /// <see cref="ClientCertificateFile"/> holds the key too.</value>
    public string? ClientKeyFile { get; set; }

    /// <summary>The name that the server's certificate must have.</summary>
    /// <value>Default: the environment variable <c>VAULT_TLS_SERVER_NAME</c> for the instance <c>vault</c>, else the host of the address.</value>
    public string? ServerName { get; set; }
}
