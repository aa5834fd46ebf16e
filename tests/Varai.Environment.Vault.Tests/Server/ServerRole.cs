namespace Varai.Vault.Tests.Server;

/// <summary>What a login gives: the settings of a role of any auth method.</summary>
internal sealed record ServerRole
{
    public string[] Policies { get; init; } = ["app"];

    public TimeSpan Ttl { get; init; } = TimeSpan.FromHours(1);

    public TimeSpan MaxTtl { get; init; } = TimeSpan.FromHours(24);

    public bool IsBatch { get; init; }
}
