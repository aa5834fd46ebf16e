namespace Varai.Vault.Secrets.Auth;

/// <summary>A way of the user's own.</summary>
internal sealed class CustomAuth(Func<VaultLogin, CancellationToken, ValueTask<VaultToken>> logIn) : IVaultAuth
{
    public ValueTask<VaultToken> LogInAsync(VaultLogin login, CancellationToken cancellationToken) => logIn(login, cancellationToken);
}
