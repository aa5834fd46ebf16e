namespace Varai.Vault.Secrets;

/// <summary>What may be changed of an entry of the key-value engine 2 besides its data; what is <see langword="null"/> stays as it is.</summary>
public sealed record VaultKeyValueSettings
{
    /// <summary>How many versions are kept; 0 when the mount shall decide.</summary>
    public int? MaxVersions { get; init; }

    /// <summary>Whether a write must name the version that it replaces.</summary>
    public bool? IsCheckAndSetRequired { get; init; }

    /// <summary>How long after it was written a version is deleted; zero for never.</summary>
    public TimeSpan? DeleteVersionAfter { get; init; }

    /// <summary>Free texts, which replace those that are there.</summary>
    public IReadOnlyDictionary<string, string>? CustomMetadata { get; init; }
}
