using Varai.Secrets;

namespace Varai.Vault.Secrets.Auth;

/// <summary>Role id and secret id. A wrapped secret id is unwrapped once for each wrapping token.</summary>
internal sealed class AppRoleAuth(VaultAuthOptions options) : IVaultAuth
{
    private SecretValue? _wrappedBy;
    private SecretValue? _unwrapped;

    public async ValueTask<VaultToken> LogInAsync(VaultLogin login, CancellationToken cancellationToken)
    {
        using var roleId = new SecretValue(options.RoleId!);
        var fields = new Dictionary<string, SecretValue>(StringComparer.Ordinal) { ["role_id"] = roleId };
        if (options.SecretId is null && options.SecretIdFile is null)
            return await LogInAsync().ConfigureAwait(false);

        SecretValue given = await VaultAuth.ReadAsync(options.SecretId, options.SecretIdFile, nameof(options.SecretIdFile), cancellationToken).ConfigureAwait(false);
        if (options.SecretIdIsWrapped)
        {
            fields["secret_id"] = await UnwrapAsync(login, given, cancellationToken).ConfigureAwait(false);
            return await LogInAsync().ConfigureAwait(false);
        }

        using (given)
        {
            fields["secret_id"] = given;
            return await LogInAsync().ConfigureAwait(false);
        }

        ValueTask<VaultToken> LogInAsync() => login.PostAsync(VaultAuth.Path(options, "approle", "login"), fields, cancellationToken);
    }

    private async ValueTask<SecretValue> UnwrapAsync(VaultLogin login, SecretValue wrappingToken, CancellationToken cancellationToken)
    {
        if (_unwrapped is { } known && wrappingToken.ContentEquals(_wrappedBy))
        {
            wrappingToken.Dispose();
            return known;
        }

        using VaultData data = await login.UnwrapAsync(wrappingToken, cancellationToken).ConfigureAwait(false);
        SecretValue secretId = data.Find("secret_id")
            ?? throw new VaultException(VaultError.LoginRefused, "What the wrapping token of Auth:SecretId holds is no secret id.");
        _unwrapped?.Dispose();
        _wrappedBy?.Dispose();
        (_unwrapped, _wrappedBy) = (secretId, wrappingToken);
        return secretId;
    }
}
