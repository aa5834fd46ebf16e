namespace Varai.Vault.Secrets;

/// <summary>One version of an entry of the key-value engine 2, without its data.</summary>
/// <param name="Version">Its number, from 1.</param>
public sealed record VaultKeyValueVersion(int Version)
{
    /// <summary>When it was written.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was or will be deleted; <see langword="null"/> when it is not.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Whether its data is gone for good.</summary>
    public bool IsDestroyed { get; init; }
}
