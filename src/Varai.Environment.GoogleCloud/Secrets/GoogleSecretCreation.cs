namespace Varai.GoogleCloud.Secrets;

/// <summary>How a secret is created.</summary>
public sealed class GoogleSecretCreation
{
    /// <summary>Its labels.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, string> Labels { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Its annotations.</summary>
    /// <value>Default: none.</value>
    public IDictionary<string, string> Annotations { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The Pub/Sub topics that are told of changes, as <c>projects/P/topics/T</c>.</summary>
    /// <value>Default: none.</value>
    public IList<string> Topics { get; } = [];

    /// <summary>The locations it is kept in. For global secrets only.</summary>
    /// <value>Default: none, Google chooses (automatic replication).</value>
    public IList<string> ReplicationLocations { get; } = [];

    /// <summary>When Google deletes it with all its versions, which can't be undone.</summary>
    /// <value>Default: <see langword="null"/>, never.</value>
    public DateTimeOffset? ExpiresAt { get; set; }
}
