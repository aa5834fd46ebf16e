namespace Varai.Vault.Secrets;

/// <summary>What the key-value engine 2 knows of an entry besides its data.</summary>
public sealed record VaultKeyValueMetadata
{
    /// <summary>The newest version; 0 when nothing was written yet.</summary>
    public int CurrentVersion { get; init; }

    /// <summary>The oldest version that is kept.</summary>
    public int OldestVersion { get; init; }

    /// <summary>When the entry was created.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When the entry was last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>How many versions are kept; 0 when the mount decides.</summary>
    public int MaxVersions { get; init; }

    /// <summary>Whether a write must name the version that it replaces.</summary>
    public bool IsCheckAndSetRequired { get; init; }

    /// <summary>Free texts.</summary>
    public IReadOnlyDictionary<string, string> CustomMetadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The versions that are known, oldest first.</summary>
    public IReadOnlyList<VaultKeyValueVersion> Versions { get; init; } = [];

    /// <summary>The newest version, or <see langword="null"/> when nothing was written yet.</summary>
    public VaultKeyValueVersion? FindCurrent() => Versions.FirstOrDefault(v => v.Version == CurrentVersion);
}
