using System.Globalization;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Varai.Vault.Tests.Server;

/// <summary>The ways to log in that the server knows, each under its usual mount.</summary>
internal sealed class LoginMethods(TimeProvider clock)
{
    /// <summary>Role id to role.</summary>
    public Dictionary<string, ServerRole> AppRoles { get; } = new(StringComparer.Ordinal);

    /// <summary>Secret id to the uses that are left.</summary>
    public Dictionary<string, int> SecretIds { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, (string Password, ServerRole Role)> Users { get; } = new(StringComparer.Ordinal);

    /// <summary>What the cluster's TokenReview accepts; empty for no cluster.</summary>
    public HashSet<string> ServiceAccountTokens { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ServerRole> KubernetesRoles { get; } = new(StringComparer.Ordinal);

    public RSA? JwtKey { get; set; }

    public string JwtAudience { get; set; } = "vault";

    public Dictionary<string, ServerRole> JwtRoles { get; } = new(StringComparer.Ordinal);

    /// <summary>Thumbprint to role.</summary>
    public Dictionary<string, ServerRole> Certificates { get; } = new(StringComparer.Ordinal);

    /// <returns>The role that the login gives, or why not.</returns>
    public (ServerRole? Role, ServerReply? Error) LogIn(string path, JsonObject? body, X509Certificate2? certificate)
    {
        string[] parts = path.Split('/');
        return (parts[1], parts[2]) switch
        {
            ("approle", "login") => AppRole((string?)body?["role_id"] ?? "", (string?)body?["secret_id"]),
            ("userpass", "login") => Users.TryGetValue(parts[3], out var user) && user.Password == (string?)body?["password"]
                ? (user.Role, null)
                : Refuse(400, "invalid username or password"),
            ("kubernetes", "login") => Kubernetes((string?)body?["role"] ?? "", (string?)body?["jwt"] ?? ""),
            ("jwt", "login") => Jwt((string?)body?["role"] ?? "", (string?)body?["jwt"] ?? ""),
            ("cert", "login") => certificate is not null && Certificates.TryGetValue(certificate.Thumbprint, out ServerRole? role)
                ? (role, null)
                : Refuse(400, "invalid certificate or no client certificate supplied"),
            _ => Refuse(404, $"no handler for route \"{path}\". route entry not found."),
        };
    }

    private (ServerRole?, ServerReply?) AppRole(string roleId, string? secretId)
    {
        if (!AppRoles.TryGetValue(roleId, out ServerRole? role))
            return Refuse(400, "invalid role or secret ID");
        if (secretId is null || !SecretIds.TryGetValue(secretId, out int uses))
            return Refuse(400, "invalid role or secret ID");
        if (uses == 1)
            SecretIds.Remove(secretId);
        else if (uses > 1)
            SecretIds[secretId] = uses - 1;
        return (role, null);
    }

    private (ServerRole?, ServerReply?) Kubernetes(string name, string jwt)
    {
        if (!KubernetesRoles.TryGetValue(name, out ServerRole? role))
            return Refuse(400, $"invalid role name \"{name}\"");
        return ServiceAccountTokens.Contains(jwt) ? (role, null) : Refuse(403, "permission denied");
    }

    private (ServerRole?, ServerReply?) Jwt(string name, string jwt)
    {
        if (!JwtRoles.TryGetValue(name, out ServerRole? role))
            return Refuse(400, $"role \"{name}\" could not be found");
        string[] parts = jwt.Split('.');
        if (parts.Length != 3 || JwtKey is null
            || !JwtKey.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
            return Refuse(400, "error validating token: error verifying token signature: no known key successfully validated the token signature");
        JsonNode claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        if ((string?)claims["aud"] != JwtAudience)
            return Refuse(400, "error validating token: invalid audience (aud) claim");
        return (long)claims["exp"]! > clock.GetUtcNow().ToUnixTimeSeconds() ? (role, null) : Refuse(400, "error validating token: token is expired");
    }

    /// <summary>A token as an identity provider signs it.</summary>
    public static string Sign(RSA key, string audience, DateTimeOffset expiresAt)
    {
        string head = Encode("""{"alg":"RS256","typ":"JWT"}""");
        string claims = Encode(string.Create(CultureInfo.InvariantCulture, $$"""{"aud":"{{audience}}","sub":"orders","exp":{{expiresAt.ToUnixTimeSeconds()}}}"""));
        byte[] signature = key.SignData(Encoding.ASCII.GetBytes($"{head}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{head}.{claims}.{Base64Url.EncodeToString(signature)}";

        static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
    }

    private static (ServerRole?, ServerReply?) Refuse(int status, string text) => (null, ServerReply.Error(status, text));
}
