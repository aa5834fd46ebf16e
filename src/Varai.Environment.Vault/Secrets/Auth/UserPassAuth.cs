using Varai.Secrets;

namespace Varai.Vault.Secrets.Auth;

/// <summary>User name and password.</summary>
internal sealed class UserPassAuth(VaultAuthOptions options) : IVaultAuth
{
    public async ValueTask<VaultToken> LogInAsync(VaultLogin login, CancellationToken cancellationToken)
    {
        using SecretValue password = await VaultAuth.ReadAsync(options.Password, options.PasswordFile, nameof(options.PasswordFile), cancellationToken).ConfigureAwait(false);
        return await login.PostAsync(
            VaultAuth.Path(options, "userpass", "login/" + options.Username),
            new Dictionary<string, SecretValue>(StringComparer.Ordinal) { ["password"] = password },
            cancellationToken).ConfigureAwait(false);
    }
}
