using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Varai.Tests.TestResources;

namespace Varai.GoogleCloud.Tests.Server;

/// <summary>An account of the test server: what it may do, and its key.</summary>
internal sealed class GoogleServiceAccount : IDisposable
{
    public static readonly string[] AllPermissions =
    [
        "secrets.create", "secrets.delete", "secrets.get", "secrets.list",
        "versions.access", "versions.add", "versions.destroy", "versions.disable", "versions.enable", "versions.get", "versions.list",
    ];

    private readonly RSA _key = RSA.Create(2048);

    public GoogleServiceAccount(string email) => Email = email;

    public string Email { get; }

    public string KeyId { get; } = Guid.NewGuid().ToString("N");

    public string PrivateKey => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>What it may do with any secret.</summary>
    public HashSet<string> Permissions { get; } = [.. AllPermissions];

    /// <summary>What it may do with some secrets instead.</summary>
    public Dictionary<string, HashSet<string>> PermissionsBySecret { get; } = [];

    public bool Verify(byte[] signed, byte[] signature) =>
        _key.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    public bool May(string permission, string? secretId) =>
        (secretId is not null && PermissionsBySecret.TryGetValue(secretId, out HashSet<string>? own) ? own : Permissions).Contains(permission);

    /// <summary>Writes the key as the file that Google's console gives out.</summary>
    public string WriteFile(TemporaryFolder folder, string tokenAddress, string? projectId = GoogleServer.ProjectId)
    {
        var json = new JsonObject
        {
            ["type"] = "service_account",
            ["project_id"] = projectId,
            ["private_key_id"] = KeyId,
            ["private_key"] = PrivateKey,
            ["client_email"] = Email,
            ["client_id"] = "107691503500061500000",
            ["token_uri"] = tokenAddress,
        };
        return folder.Write($"{Guid.NewGuid():N}.json", json.ToJsonString());
    }

    public void Dispose() => _key.Dispose();
}
