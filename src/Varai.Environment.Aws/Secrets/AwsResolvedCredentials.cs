using Amazon.Runtime;

namespace Varai.Aws.Secrets;

/// <summary>Credentials at one time. A class that prints nothing, not a record.</summary>
internal sealed class AwsResolvedCredentials(AWSCredentials source, ImmutableCredentials values)
{
    /// <summary>Where they came from.</summary>
    public AWSCredentials Source { get; } = source;

    public bool HasValuesOf(AwsResolvedCredentials other) => values.Equals(other.Values());

    public ImmutableCredentials Values() => values;

    /// <summary>The same as the signer takes them.</summary>
    public AWSCredentials ForSigning() => values.UseToken
        ? new SessionAWSCredentials(values.AccessKey, values.SecretKey, values.Token)
        : new BasicAWSCredentials(values.AccessKey, values.SecretKey);
}
