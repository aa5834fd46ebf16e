using Varai.Secrets;

namespace Varai.Vault.Secrets.Auth;

/// <summary>Makes the way to log in that the options ask for.</summary>
internal static class VaultAuth
{
    public static IVaultAuth Create(VaultAuthOptions options) => options.Method switch
    {
        VaultAuthMethod.Token => new TokenAuth(options),
        VaultAuthMethod.AppRole => new AppRoleAuth(options),
        VaultAuthMethod.Kubernetes => new JwtAuth(options, "kubernetes", JwtAuth.KubernetesFile),
        VaultAuthMethod.UserPass => new UserPassAuth(options),
        VaultAuthMethod.Jwt => new JwtAuth(options, "jwt", options.JwtFile),
        VaultAuthMethod.Certificate => new CertificateAuth(options),
        _ => new CustomAuth(options.LogInAsync!),
    };

    public static string Path(VaultAuthOptions options, string mount, string login) => $"auth/{options.Mount ?? mount}/{login}";

    /// <summary>A value as given, or from a file without the white space around it.</summary>
    /// <returns>The value, which the caller disposes.</returns>
    /// <exception cref="VaultException">The file can't be read or is empty.</exception>
    public static async ValueTask<SecretValue> ReadAsync(string? value, string? file, string setting, CancellationToken cancellationToken)
    {
        if (value is not null)
            return new SecretValue(value);

        try
        {
            var stream = new FileStream(file!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
            await using (stream.ConfigureAwait(false))
            {
                using SecretBuffer buffer = await SecretBuffer.ReadAsync(stream, 1024 * 1024, cancellationToken).ConfigureAwait(false);
                ReadOnlySpan<byte> trimmed = buffer.WrittenSpan.Trim(" \t\r\n"u8);
                return trimmed.IsEmpty
                    ? throw new VaultException(VaultError.LoginRefused, $"The file of Auth:{setting}, '{file}', is empty.")
                    : new SecretValue(trimmed);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new VaultException(VaultError.LoginRefused, $"The file of Auth:{setting}, '{file}', can't be read ({e.GetType().Name}).");
        }
    }
}
