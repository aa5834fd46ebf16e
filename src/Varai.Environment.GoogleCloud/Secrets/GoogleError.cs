using System.Net;
using Varai.Secrets;

namespace Varai.GoogleCloud.Secrets;

/// <summary>A refusal, reduced to what is safe to show: the codes that Google documents, never its text, which may quote anything.</summary>
/// <param name="HttpStatus">The HTTP status.</param>
/// <param name="Status">The canonical status, or null when the answer names none that is known.</param>
/// <param name="Reason">The reason within the status, where it is one of those that have an advice.</param>
/// <param name="State">The state of the version that stood in the way, as far as the answer says.</param>
/// <param name="RetryAfter">How long to wait.</param>
internal sealed record GoogleError(
    HttpStatusCode HttpStatus, string? Status, string? Reason, GoogleSecretVersionState State, TimeSpan? RetryAfter)
{
    public bool IsNotFound => Status == "NOT_FOUND";

    public bool AlreadyExists => Status == "ALREADY_EXISTS";

    public bool IsFailedPrecondition => Status == "FAILED_PRECONDITION";

    private string Code => Status is null ? $"HTTP {(int)HttpStatus}" : $"{Status}, HTTP {(int)HttpStatus}";

    private bool IsThrottled => HttpStatus == HttpStatusCode.TooManyRequests || Status == "RESOURCE_EXHAUSTED";

    private bool IsTransient => IsThrottled
        || (int)HttpStatus >= 500 && HttpStatus != HttpStatusCode.NotImplemented
        || HttpStatus == HttpStatusCode.RequestTimeout
        || Status is "UNAVAILABLE" or "DEADLINE_EXCEEDED" or "INTERNAL" or "ABORTED";

    /// <param name="operation">What was asked for.</param>
    /// <param name="resource">The resource that was asked for.</param>
    public SecretProviderException ToException(GoogleOperation operation, string resource) => new(
        operation.Provider, operation.Verb, operation.Subject, Describe(operation, resource))
    {
        IsTransient = IsTransient,
        IsThrottled = IsThrottled,
        RetryAfter = RetryAfter,
    };

    private string Describe(GoogleOperation operation, string resource) => this switch
    {
        { Reason: "SERVICE_DISABLED" } =>
            $"the Secret Manager API is not enabled in the project ({Code}). Enable secretmanager.googleapis.com.",
        { Reason: "BILLING_DISABLED" } => $"billing is not enabled in the project ({Code}).",
        { Reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT" } =>
            $"the access token lacks the scope {GoogleTokenSource.Scope} ({Code}). Give the machine or the token that scope.",
        { Status: "UNAUTHENTICATED" } or { HttpStatus: HttpStatusCode.Unauthorized } =>
            $"Google refused the access token, and a new one too ({Code}). Check the credentials, and this machine's clock.",
        { Status: "PERMISSION_DENIED" } or { HttpStatus: HttpStatusCode.Forbidden } =>
            $"the credentials have no permission for {resource}, or it does not exist ({Code}). Grant them {operation.Permission}.",
        _ when IsThrottled => $"Google refused the call because there are too many ({Code}).",
        { IsNotFound: true } => $"{resource} does not exist ({Code}).",
        { Status: null, HttpStatus: HttpStatusCode.NotFound } =>
            $"the address answered, but not as Secret Manager does ({Code}). Check Endpoint and Location.",
        { IsFailedPrecondition: true } =>
            $"the state of {resource} or of its encryption key does not allow it, or its ETag is another one by now ({Code}).",
        { Status: "INVALID_ARGUMENT" } => $"Google calls the request for {resource} wrong ({Code}).",
        _ => $"Google answered {Code}.",
    };
}
