namespace Varai.Aws.Secrets;

/// <summary>What <see cref="AwsSecretsManagerClient.GetManyAsync"/> found.</summary>
/// <param name="Values">The secrets that were read; whoever asked for them disposes their values.</param>
/// <param name="Errors">The secrets that AWS could not give, in no particular order.</param>
public sealed record AwsSecretBatch(IReadOnlyList<AwsSecretValue> Values, IReadOnlyList<AwsSecretError> Errors);
