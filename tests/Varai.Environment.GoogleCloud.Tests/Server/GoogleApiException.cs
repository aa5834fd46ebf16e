namespace Varai.GoogleCloud.Tests.Server;

/// <summary>A refusal by the test server.</summary>
internal sealed class GoogleApiException(int httpStatus, string status, string message, string? reason = null) : Exception(message)
{
    public int HttpStatus => httpStatus;

    public string Status => status;

    public string? Reason => reason;

    public static GoogleApiException InvalidArgument(string message) => new(400, "INVALID_ARGUMENT", message);

    public static GoogleApiException FailedPrecondition(string message) => new(400, "FAILED_PRECONDITION", message);

    public static GoogleApiException NotFound(string message) => new(404, "NOT_FOUND", message);
}
