namespace Varai.Vault.Tests.Server;

/// <summary>A token that the server has given out.</summary>
internal sealed class ServerToken
{
    public required string Id { get; init; }

    public string Namespace { get; init; } = "";

    public string[] Policies { get; init; } = ["default"];

    public TimeSpan Ttl { get; init; }

    public TimeSpan MaxTtl { get; init; }

    public bool IsRenewable { get; init; } = true;

    public bool IsBatch { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Never, for a token without a time to live.</summary>
    public DateTimeOffset ExpiresAt { get; set; } = DateTimeOffset.MaxValue;
}
