using Varai.Secrets;

namespace Varai.Vault.Secrets.Auth;

/// <summary>The client certificate of the connection.</summary>
internal sealed class CertificateAuth(VaultAuthOptions options) : IVaultAuth
{
    public async ValueTask<VaultToken> LogInAsync(VaultLogin login, CancellationToken cancellationToken)
    {
        using var role = new SecretValue(options.Role ?? "");
        var fields = new Dictionary<string, SecretValue>(StringComparer.Ordinal);
        if (options.Role is not null)
            fields["name"] = role;
        return await login.PostAsync(VaultAuth.Path(options, "cert", "login"), fields, cancellationToken).ConfigureAwait(false);
    }
}
