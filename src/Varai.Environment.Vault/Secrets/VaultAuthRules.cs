using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>Which settings each way to log in needs, and which make no sense with it.</summary>
internal static class VaultAuthRules
{
    private const VaultAuthMethod Kubernetes = VaultAuthMethod.Kubernetes;
    private const VaultAuthMethod Jwt = VaultAuthMethod.Jwt;

    public static void Check(VaultOptions options, Action<string, object?, string> fail)
    {
        VaultAuthOptions auth = options.Auth;
        if (!Enum.IsDefined(auth.Method))
        {
            fail("Auth:Method", auth.Method, "one of " + string.Join(", ", Enum.GetNames<VaultAuthMethod>()));
            return;
        }

        if (auth.Mount is { } mount && (VaultPath.FindProblem(mount) is not null || mount.StartsWith("auth/", StringComparison.Ordinal)))
            fail("Auth:Mount", mount, "the path of a mount without 'auth/' before it, such as approle");

        // A value that may be a secret is never shown.
        foreach ((string property, object? value, VaultAuthMethod[] methods) in Settings(auth))
        {
            if (value is not null && !methods.Contains(auth.Method))
                fail($"Auth:{property}", value is string ? SecretValue.Redacted : "set", $"absent with Auth:Method = {auth.Method}; it belongs to {string.Join(" and ", methods)}");
            if (value is string text && string.IsNullOrWhiteSpace(text))
                fail($"Auth:{property}", "", "absent or not empty");
        }

        switch (auth.Method)
        {
            case VaultAuthMethod.Token:
                OneOf(auth.Token, auth.TokenFile, "Token", "TokenFile (or the environment variable VAULT_TOKEN)");
                break;
            case VaultAuthMethod.AppRole:
                Needed(auth.RoleId, "RoleId");
                if (auth.SecretId is not null && auth.SecretIdFile is not null)
                    fail("Auth:SecretIdFile", auth.SecretIdFile, "absent, because Auth:SecretId is set");
                break;
            case Kubernetes:
                Needed(auth.Role, "Role");
                if (auth.JwtFile is not null && auth.GetJwtAsync is not null)
                    fail("Auth:JwtFile", auth.JwtFile, "absent, because GetJwtAsync is set");
                break;
            case VaultAuthMethod.UserPass:
                Needed(auth.Username, "Username");
                OneOf(auth.Password, auth.PasswordFile, "Password", "PasswordFile");
                break;
            case Jwt:
                OneOf(auth.JwtFile, auth.GetJwtAsync, "JwtFile", "GetJwtAsync (in code)");
                break;
            case VaultAuthMethod.Certificate:
                if (options.Tls.ClientCertificateFile is null && options.CreateHandler is null)
                    fail("Tls:ClientCertificateFile", null, "set with Auth:Method = Certificate");
                break;
            default:
                if (auth.LogInAsync is null)
                    fail("Auth:LogInAsync", null, "set in code with Auth:Method = Custom");
                break;
        }

        void Needed(string? value, string property)
        {
            if (value is null)
                fail($"Auth:{property}", value, $"set with Auth:Method = {auth.Method}");
        }

        void OneOf(object? first, object? second, string firstName, string secondName)
        {
            if (first is null == second is null)
                fail($"Auth:{firstName}", first is null ? null : SecretValue.Redacted, $"set with Auth:Method = {auth.Method}, or else {secondName}; one of them, not both");
        }
    }

    private static (string Property, object? Value, VaultAuthMethod[] Methods)[] Settings(VaultAuthOptions auth) =>
    [
        (nameof(auth.Token), auth.Token, [VaultAuthMethod.Token]),
        (nameof(auth.TokenFile), auth.TokenFile, [VaultAuthMethod.Token]),
        (nameof(auth.RoleId), auth.RoleId, [VaultAuthMethod.AppRole]),
        (nameof(auth.SecretId), auth.SecretId, [VaultAuthMethod.AppRole]),
        (nameof(auth.SecretIdFile), auth.SecretIdFile, [VaultAuthMethod.AppRole]),
        (nameof(auth.SecretIdIsWrapped), auth.SecretIdIsWrapped ? true : null, [VaultAuthMethod.AppRole]),
        (nameof(auth.Role), auth.Role, [Kubernetes, Jwt, VaultAuthMethod.Certificate]),
        (nameof(auth.JwtFile), auth.JwtFile, [Kubernetes, Jwt]),
        (nameof(auth.GetJwtAsync), auth.GetJwtAsync, [Kubernetes, Jwt]),
        (nameof(auth.Username), auth.Username, [VaultAuthMethod.UserPass]),
        (nameof(auth.Password), auth.Password, [VaultAuthMethod.UserPass]),
        (nameof(auth.PasswordFile), auth.PasswordFile, [VaultAuthMethod.UserPass]),
        (nameof(auth.LogInAsync), auth.LogInAsync, [VaultAuthMethod.Custom]),
    ];
}
