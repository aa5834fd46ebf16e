using System.Text.Json.Serialization;
using Amazon.Runtime;

namespace Varai.Aws.Secrets;

/// <summary>The settings of AWS Secrets Manager, bound from the section <c>Varai:AwsSecretsManager</c> (of an instance with a name of
/// its own: <c>Varai:</c> and that name) and checked when the host starts.</summary>
public sealed class AwsSecretsManagerOptions
{
    /// <summary>The section they are bound from.</summary>
    public const string SectionName = "Varai:AwsSecretsManager";

    /// <summary>The name of the provider that is added without a name.</summary>
    public const string DefaultProviderName = "aws-secrets-manager";

    /// <summary>The region, such as <c>eu-central-1</c>.</summary>
    /// <value>Default: <see langword="null"/>, what the AWS SDK finds: <c>AWS_REGION</c>, the profile, the instance's metadata.</value>
    public string? Region { get; set; }

    /// <summary>Regions that the secrets are replicated to. A read that fails in <see cref="Region"/> for a reason that may pass (it is
    /// away, overloaded, too slow) is tried in these, in this order. What the first region says of a secret counts: that it is missing, or
    /// not allowed, is never asked again elsewhere. Writes and listings go to <see cref="Region"/> only.</summary>
    /// <value>Default: none.</value>
    public IList<string> ReplicaRegions { get; } = [];

    /// <summary>How long a region may take to answer a read before the next of <see cref="ReplicaRegions"/> is asked. Without replica
    /// regions, and for the last of them, only the caller's own limit counts.</summary>
    /// <value>100 milliseconds to 1 minute. Default: 3 seconds.</value>
    public TimeSpan RegionTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The address to call instead of the region's public one, such as that of a VPC endpoint. <c>{region}</c> in it stands for
    /// the region that is asked.</summary>
    /// <value>An absolute http or https address. Default: <see langword="null"/>, <c>https://secretsmanager.{region}.amazonaws.com</c>
    /// or what it is called in the region's partition.</value>
    public string? Endpoint { get; set; }

    /// <summary>The profile of the shared AWS configuration files that the credentials (and the region, if none is set) come from.</summary>
    /// <value>Default: <see langword="null"/>, the SDK's usual search: environment variables, <c>AWS_PROFILE</c>, container, instance.</value>
    public string? Profile { get; set; }

    /// <summary>Gives the credentials. Called before the first request, and again when AWS says that the credentials are not valid (any
    /// more); by several calls at once, if they come together. Credentials of the SDK that refresh themselves do so for every request.</summary>
    /// <value>Default: <see langword="null"/>, <see cref="Profile"/> or the SDK's usual search.</value>
    [JsonIgnore]
    public Func<CancellationToken, ValueTask<AWSCredentials>>? Credentials { get; set; }

    /// <summary>What the names of the service's secrets begin with at AWS, such as <c>shop/prod/</c>. The service reads, writes and lists
    /// them without it; an ARN is taken as it stands.</summary>
    /// <value>Letters, digits and <c>/_+=.@!-</c>. Default: empty.</value>
    public string NamePrefix { get; set; } = "";

    /// <summary>The KMS key that new secrets are encrypted with: its ARN, id or alias.</summary>
    /// <value>Default: <see langword="null"/>, the account's key <c>aws/secretsmanager</c>.</value>
    public string? KmsKeyId { get; set; }

    /// <summary>Tags that new secrets get.</summary>
    /// <value>At most 50. Default: none.</value>
    public IDictionary<string, string> Tags { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How long a deleted secret can still be restored.</summary>
    /// <value>7 to 30 whole days, or zero to delete at once and for good. Default: 30 days, as with AWS.</value>
    public TimeSpan DeleteRecoveryWindow { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Changes or replaces what sends the requests (proxy, trusted certificates, lifetimes): it is given the configured handler
    /// and gives the outermost one. Called once. Redirects of the given handler stay off, and so do its activities, because they repeat
    /// what a broken answer holds. What it gives must not log headers or bodies, which hold credentials and secrets.</summary>
    /// <value>Default: <see langword="null"/>, the configured handler as it is.</value>
    [JsonIgnore]
    public Func<SocketsHttpHandler, HttpMessageHandler>? CreateHandler { get; set; }
}
