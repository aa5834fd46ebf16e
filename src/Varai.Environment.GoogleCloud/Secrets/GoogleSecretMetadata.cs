namespace Varai.GoogleCloud.Secrets;

/// <summary>A secret without its versions and values.</summary>
/// <param name="SecretId">The id, unique in its project (and location).</param>
public sealed record GoogleSecretMetadata(string SecretId)
{
    /// <summary>When it was created, or <see langword="null"/> when Google did not say.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When Google deletes it with all its versions, or <see langword="null"/> for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Changes with each change of the secret; with its quotes.</summary>
    public string? ETag { get; init; }

    /// <summary>Its labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Its annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The numbers of versions by their aliases.</summary>
    public IReadOnlyDictionary<string, string> VersionAliases { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The Pub/Sub topics that are told of changes, as <c>projects/P/topics/T</c>.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>The locations it is kept in; none when Google chooses, and for regional secrets.</summary>
    public IReadOnlyList<string> ReplicationLocations { get; init; } = [];
}
