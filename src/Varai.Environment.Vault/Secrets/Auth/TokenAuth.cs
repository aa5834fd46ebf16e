using Varai.Secrets;

namespace Varai.Vault.Secrets.Auth;

/// <summary>A token that somebody else has made, and may replace in its file.</summary>
internal sealed class TokenAuth(VaultAuthOptions options) : IVaultAuth
{
    public async ValueTask<VaultToken> LogInAsync(VaultLogin login, CancellationToken cancellationToken)
    {
        SecretValue token = await VaultAuth.ReadAsync(options.Token, options.TokenFile, nameof(options.TokenFile), cancellationToken).ConfigureAwait(false);

        // A token may be good for its purpose and not be allowed to ask about itself.
        return await login.LookUpAsync(token, cancellationToken).ConfigureAwait(false) ?? new VaultToken(token) { IsOwned = false };
    }
}
