namespace Varai.Vault.Secrets.Auth;

/// <summary>A way to log in to Vault. Called one call at a time.</summary>
internal interface IVaultAuth
{
    /// <exception cref="VaultException">Vault refused or can't be reached, or a credential can't be read.</exception>
    ValueTask<VaultToken> LogInAsync(VaultLogin login, CancellationToken cancellationToken);
}
