namespace Varai.Vault.Secrets;

/// <summary>How to log in to Vault.</summary>
public enum VaultAuthMethod
{
    /// <summary>With a token that somebody else has made: <see cref="VaultAuthOptions.Token"/> or <see cref="VaultAuthOptions.TokenFile"/>.</summary>
    Token,

    /// <summary>With a role id and a secret id.</summary>
    AppRole,

    /// <summary>With the token of the pod's Kubernetes service account.</summary>
    Kubernetes,

    /// <summary>With a user name and a password.</summary>
    UserPass,

    /// <summary>With a signed token (JWT) of an identity provider.</summary>
    Jwt,

    /// <summary>With the client certificate of the TLS connection; see <see cref="VaultTlsOptions.ClientCertificateFile"/>.</summary>
    Certificate,

    /// <summary>With <see cref="VaultAuthOptions.LogInAsync"/>.</summary>
    Custom,
}
