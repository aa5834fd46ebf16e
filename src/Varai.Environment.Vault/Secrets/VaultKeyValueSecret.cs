namespace Varai.Vault.Secrets;

/// <summary>An entry of the key-value engine as it was read. The caller disposes it.</summary>
public sealed class VaultKeyValueSecret : IDisposable
{
    internal VaultKeyValueSecret(VaultData? data) => Data = data;

    /// <summary>The fields, or <see langword="null"/> when this version was deleted or destroyed.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public VaultData? Data { get; }

    /// <summary>The version, or <see langword="null"/> with version 1 of the engine, which has none.</summary>
    public int? Version { get; init; }

    /// <summary>When this version was written.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When this version was or will be deleted; <see langword="null"/> when it is not.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>Whether the data of this version is gone for good.</summary>
    public bool IsDestroyed { get; init; }

    /// <summary>Free texts.</summary>
    public IReadOnlyDictionary<string, string> CustomMetadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Overwrites the data with zeros.</summary>
    public void Dispose() => Data?.Dispose();

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => Varai.Secrets.SecretValue.Redacted;
}
