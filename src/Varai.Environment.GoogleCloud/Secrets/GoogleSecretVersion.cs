namespace Varai.GoogleCloud.Secrets;

/// <summary>One version of a secret, without its value.</summary>
/// <param name="SecretId">The secret's id.</param>
/// <param name="Version">Its number.</param>
public sealed record GoogleSecretVersion(string SecretId, string Version)
{
    /// <summary>What may be done with it.</summary>
    public GoogleSecretVersionState State { get; init; }

    /// <summary>When it was created, or <see langword="null"/> when Google did not say.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When its value was destroyed, or <see langword="null"/> when it is still there.</summary>
    public DateTimeOffset? DestroyedAt { get; init; }

    /// <summary>When its value will be destroyed, where the secret delays that; else <see langword="null"/>.</summary>
    public DateTimeOffset? DestroyAt { get; init; }

    /// <summary>Changes with each change of the version; with its quotes.</summary>
    public string? ETag { get; init; }
}
