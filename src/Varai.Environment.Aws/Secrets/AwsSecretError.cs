namespace Varai.Aws.Secrets;

/// <summary>Why AWS could not give one secret of several.</summary>
/// <param name="SecretId">The name or ARN that was asked for.</param>
/// <param name="Code">AWS's code, such as <c>ResourceNotFoundException</c>; <c>Unknown</c> for one that is not known here.</param>
public sealed record AwsSecretError(string SecretId, string Code);
