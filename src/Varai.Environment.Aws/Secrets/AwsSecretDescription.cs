namespace Varai.Aws.Secrets;

/// <summary>What AWS tells of a secret without its value.</summary>
/// <param name="Arn">Its ARN.</param>
/// <param name="Name">Its name.</param>
public sealed record AwsSecretDescription(string Arn, string Name)
{
    /// <summary>What it is for, or <see langword="null"/>.</summary>
    public string? Description { get; init; }

    /// <summary>The KMS key that it is encrypted with; <see langword="null"/> for the account's key <c>aws/secretsmanager</c>.</summary>
    public string? KmsKeyId { get; init; }

    /// <summary>When it was created, or <see langword="null"/> when AWS does not say.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was last changed, or <see langword="null"/> when AWS does not say.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>When it is or was deleted for good; <see langword="null"/> when it is not deleted.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>When it is rotated next, or <see langword="null"/> when it is not rotated by AWS.</summary>
    public DateTimeOffset? NextRotationAt { get; init; }

    /// <summary>Whether AWS rotates it.</summary>
    public bool IsRotated { get; init; }

    /// <summary>The region that it is replicated from, or <see langword="null"/> when it is not replicated.</summary>
    public string? PrimaryRegion { get; init; }

    /// <summary>Its tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The stages of each version that has any, by the version's id.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Versions { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>The id of the version that has a stage.</summary>
    /// <param name="stage">The stage, such as <c>AWSCURRENT</c>.</param>
    /// <returns><see langword="null"/> when no version has it.</returns>
    public string? FindVersion(string stage)
    {
        foreach ((string id, IReadOnlyList<string> stages) in Versions)
        {
            if (stages.Contains(stage, StringComparer.Ordinal))
                return id;
        }

        return null;
    }
}
