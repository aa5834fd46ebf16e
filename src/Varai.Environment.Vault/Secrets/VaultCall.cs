using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>One request.</summary>
/// <param name="Method">The verb.</param>
/// <param name="Path">The path below <c>/v1/</c>, not escaped.</param>
internal sealed record VaultCall(HttpMethod Method, string Path)
{
    public string? Query { get; init; }

    /// <summary>Whoever made it disposes it.</summary>
    public SecretBuffer? Body { get; init; }

    public TimeSpan? WrapFor { get; init; }

    public string? ContentType { get; init; }

    public bool IsLogin { get; init; }

    public bool IsList => Query?.StartsWith("list=true", StringComparison.Ordinal) == true;

    public bool IsRead => Method == HttpMethod.Get;

    /// <summary>What a policy has to grant.</summary>
    public string Capabilities => Method.Method switch
    {
        "GET" => IsList ? "\"list\"" : "\"read\"",
        "DELETE" => "\"delete\"",
        "PATCH" => "\"patch\"",
        _ => "\"create\", \"update\"",
    };

    public static VaultCall Get(string path) => new(HttpMethod.Get, path);

    public static VaultCall Post(string path, SecretBuffer? body = null) => new(HttpMethod.Post, path) { Body = body };

    public override string ToString() => $"{(IsList ? "LIST" : Method.Method)} '{Path}'";
}
