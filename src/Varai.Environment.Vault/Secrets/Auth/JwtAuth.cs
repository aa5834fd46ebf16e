using Varai.Secrets;

namespace Varai.Vault.Secrets.Auth;

/// <summary>A signed token: of the pod's service account, or of an identity provider. It is fetched anew at each login, since it is
/// replaced long before it expires.</summary>
internal sealed class JwtAuth(VaultAuthOptions options, string mount, string? file) : IVaultAuth
{
    public const string KubernetesFile = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    public async ValueTask<VaultToken> LogInAsync(VaultLogin login, CancellationToken cancellationToken)
    {
        using SecretValue jwt = options.GetJwtAsync is { } get
            ? await get(cancellationToken).ConfigureAwait(false)
            : await VaultAuth.ReadAsync(value: null, options.JwtFile ?? file, nameof(options.JwtFile), cancellationToken).ConfigureAwait(false);
        using var role = new SecretValue(options.Role ?? "");
        var fields = new Dictionary<string, SecretValue>(StringComparer.Ordinal) { ["jwt"] = jwt };
        if (options.Role is not null)
            fields["role"] = role;
        return await login.PostAsync(VaultAuth.Path(options, mount, "login"), fields, cancellationToken).ConfigureAwait(false);
    }
}
