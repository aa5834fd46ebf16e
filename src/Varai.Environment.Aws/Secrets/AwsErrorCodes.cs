using System.Collections.Frozen;
using System.Net;

namespace Varai.Aws.Secrets;

/// <summary>The error codes that are known. Nothing else of an error is repeated, since an answer may hold anything, a value too.</summary>
internal static class AwsErrorCodes
{
    public const string Unknown = "Unknown";

    private static readonly FrozenDictionary<string, AwsErrorKind> Known = new Dictionary<string, AwsErrorKind>(StringComparer.Ordinal)
    {
        ["ResourceNotFoundException"] = AwsErrorKind.NotFound,
        ["ResourceExistsException"] = AwsErrorKind.Exists,
        ["InvalidRequestException"] = AwsErrorKind.Refused,
        ["InvalidParameterException"] = AwsErrorKind.Refused,
        ["InvalidParameterValue"] = AwsErrorKind.Refused,
        ["InvalidNextTokenException"] = AwsErrorKind.Refused,
        ["ValidationException"] = AwsErrorKind.Refused,
        ["ValidationError"] = AwsErrorKind.Refused,
        ["MalformedPolicyDocumentException"] = AwsErrorKind.Refused,
        ["PreconditionNotMetException"] = AwsErrorKind.Refused,
        ["PublicPolicyException"] = AwsErrorKind.Refused,
        ["SerializationException"] = AwsErrorKind.Refused,
        ["UnknownOperationException"] = AwsErrorKind.Refused,
        ["AccessDeniedException"] = AwsErrorKind.AccessDenied,
        ["AccessDenied"] = AwsErrorKind.AccessDenied,
        ["NotAuthorized"] = AwsErrorKind.AccessDenied,
        ["UnauthorizedOperation"] = AwsErrorKind.AccessDenied,
        ["OptInRequired"] = AwsErrorKind.AccessDenied,
        ["ExpiredTokenException"] = AwsErrorKind.Credentials,
        ["ExpiredToken"] = AwsErrorKind.Credentials,
        ["UnrecognizedClientException"] = AwsErrorKind.Credentials,
        ["InvalidClientTokenId"] = AwsErrorKind.Credentials,
        ["InvalidAccessKeyId"] = AwsErrorKind.Credentials,
        ["InvalidToken"] = AwsErrorKind.Credentials,
        ["TokenRefreshRequired"] = AwsErrorKind.Credentials,
        ["MissingAuthenticationToken"] = AwsErrorKind.Credentials,
        ["MissingAuthenticationTokenException"] = AwsErrorKind.Credentials,
        ["InvalidSignatureException"] = AwsErrorKind.Signature,
        ["SignatureDoesNotMatch"] = AwsErrorKind.Signature,
        ["IncompleteSignature"] = AwsErrorKind.Signature,
        ["IncompleteSignatureException"] = AwsErrorKind.Signature,
        ["AuthFailure"] = AwsErrorKind.Signature,
        ["RequestExpired"] = AwsErrorKind.Signature,
        ["RequestTimeTooSkewed"] = AwsErrorKind.Signature,
        ["RequestInTheFuture"] = AwsErrorKind.Signature,
        ["DecryptionFailure"] = AwsErrorKind.Encryption,
        ["EncryptionFailure"] = AwsErrorKind.Encryption,
        ["KMSAccessDeniedException"] = AwsErrorKind.Encryption,
        ["KMSDisabledException"] = AwsErrorKind.Encryption,
        ["KMSInvalidStateException"] = AwsErrorKind.Encryption,
        ["KMSNotFoundException"] = AwsErrorKind.Encryption,
        ["LimitExceededException"] = AwsErrorKind.Quota,
        ["ThrottlingException"] = AwsErrorKind.Throttled,
        ["Throttling"] = AwsErrorKind.Throttled,
        ["ThrottledException"] = AwsErrorKind.Throttled,
        ["RequestThrottled"] = AwsErrorKind.Throttled,
        ["RequestThrottledException"] = AwsErrorKind.Throttled,
        ["RequestLimitExceeded"] = AwsErrorKind.Throttled,
        ["TooManyRequests"] = AwsErrorKind.Throttled,
        ["TooManyRequestsException"] = AwsErrorKind.Throttled,
        ["SlowDown"] = AwsErrorKind.Throttled,
        ["InternalServiceError"] = AwsErrorKind.Unavailable,
        ["InternalServiceErrorException"] = AwsErrorKind.Unavailable,
        ["InternalServerError"] = AwsErrorKind.Unavailable,
        ["InternalFailure"] = AwsErrorKind.Unavailable,
        ["ServiceUnavailable"] = AwsErrorKind.Unavailable,
        ["ServiceUnavailableException"] = AwsErrorKind.Unavailable,
        ["RequestTimeout"] = AwsErrorKind.Unavailable,
        ["RequestTimeoutException"] = AwsErrorKind.Unavailable,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The code in what AWS wrote: <c>com.amazonaws.secretsmanager#Code:http://...</c>.</summary>
    /// <returns><see cref="Unknown"/> for one that is not known.</returns>
    public static string Clean(string? written)
    {
        string code = written ?? "";
        code = code[(code.IndexOf('#', StringComparison.Ordinal) + 1)..];
        int colon = code.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
            code = code[..colon];
        return Known.TryGetValue(code, out _) ? code : Unknown;
    }

    /// <summary>What a code means; the status decides where it is not known, and where it says that AWS itself has trouble.</summary>
    public static AwsErrorKind KindOf(string code, HttpStatusCode status)
    {
        if (Known.TryGetValue(code, out AwsErrorKind kind))
            return kind;
        return status switch
        {
            HttpStatusCode.TooManyRequests => AwsErrorKind.Throttled,
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => AwsErrorKind.Unavailable,
            HttpStatusCode.Unauthorized => AwsErrorKind.Credentials,
            HttpStatusCode.Forbidden => AwsErrorKind.AccessDenied,
            // A secret that is missing has a code; this is another server, or another path.
            _ => AwsErrorKind.Refused,
        };
    }
}
