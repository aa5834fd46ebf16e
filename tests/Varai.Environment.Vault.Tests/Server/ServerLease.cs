namespace Varai.Vault.Tests.Server;

/// <summary>Credentials that the server has made.</summary>
internal sealed record ServerLease(string Id, string Token, TimeSpan Ttl, TimeSpan MaxTtl, DateTimeOffset CreatedAt)
{
    public DateTimeOffset ExpiresAt { get; set; }
}
