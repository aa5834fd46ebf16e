namespace Varai.Aws.Secrets;

/// <summary>How a new secret is made.</summary>
public sealed record AwsSecretCreation
{
    /// <summary>What it is for.</summary>
    /// <value>Default: <see langword="null"/>.</value>
    public string? Description { get; init; }

    /// <summary>The KMS key that it is encrypted with: its ARN, id or alias.</summary>
    /// <value>Default: <see langword="null"/>, <see cref="AwsSecretsManagerOptions.KmsKeyId"/>.</value>
    public string? KmsKeyId { get; init; }

    /// <summary>Its tags, besides <see cref="AwsSecretsManagerOptions.Tags"/>; they win over tags of the same key there.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Regions that AWS replicates it to.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> ReplicaRegions { get; init; } = [];
}
