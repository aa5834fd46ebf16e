namespace Varai.Aws.Secrets;

/// <summary>A version that was written.</summary>
/// <param name="Arn">The secret's ARN.</param>
/// <param name="Name">The secret's name.</param>
/// <param name="VersionId">The version's id.</param>
public sealed record AwsSecretVersion(string Arn, string Name, string VersionId);
