namespace Varai.Secrets;

/// <summary>What a provider tells of a secret without its value.</summary>
/// <param name="Name">The name that it is read by.</param>
/// <param name="Provider">The <see cref="ISecretProvider.Name"/> of the provider that holds it.</param>
public sealed record SecretInfo(string Name, string Provider)
{
    /// <summary>The current version as the provider names it, or <see langword="null"/> when the listing does not say.</summary>
    public string? Version { get; init; }

    /// <summary>When it was created, or <see langword="null"/> when that is not known.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last changed, or <see langword="null"/> when that is not known.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>When the value stops being valid, or <see langword="null"/> when that is not known.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The backend's tags or labels.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
