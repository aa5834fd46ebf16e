using Varai.Secrets;

namespace Varai.Aws.Secrets;

/// <summary>Why a call failed. Holds nothing that the backend wrote but a known code.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Found">What was found, as the beginning of a sentence: a code with its status, or how the connection failed.</param>
internal sealed record AwsError(AwsErrorKind Kind, string Found)
{
    public string Code { get; init; } = AwsErrorCodes.Unknown;

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same call may succeed later, or in another region.</summary>
    public bool IsTransient { get; init; }

    public static AwsError Unreachable(string how) => new(AwsErrorKind.Unavailable, how) { IsTransient = true };

    /// <summary>An answer that is no answer of AWS: something in between, which may be gone with the next call.</summary>
    public static AwsError Malformed(string what) => new(AwsErrorKind.Malformed, what) { IsTransient = true };

    public SecretProviderException ToException(string provider, AwsOperation operation, string name, string? more = null) =>
        new(provider, operation.Verb, name, $"{Found}.{Cure(operation, name)}{more}")
        {
            IsTransient = IsTransient,
            IsThrottled = Kind == AwsErrorKind.Throttled,
            RetryAfter = RetryAfter,
        };

    private string Cure(AwsOperation operation, string name) => Kind switch
    {
        AwsErrorKind.AccessDenied =>
            $" Grant the IAM action secretsmanager:{operation.Name} on '{name}' to the identity in use"
            + (operation.KmsActions is null ? "." : $", and {operation.KmsActions} on its key if it is encrypted with one of your own."),
        AwsErrorKind.Credentials => " The credentials are not valid, or not any more: renew them, or look where the SDK takes them from.",
        AwsErrorKind.Signature => " The secret access key does not belong to the access key id, or the clock of this machine is wrong.",
        AwsErrorKind.Encryption => $" The KMS key must exist, be enabled, and allow {operation.KmsActions ?? "kms:Decrypt"} to the identity in use.",
        AwsErrorKind.Quota => " A quota of the account is reached: too many secrets, or more than 100 versions within a day.",
        AwsErrorKind.Malformed => " Is the endpoint right, or is a proxy in between?",
        AwsErrorKind.Deleted => " The secret is scheduled for deletion.",
        _ => "",
    };
}
