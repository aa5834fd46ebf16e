using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Varai.Secrets;

/// <summary>Turns whatever a provider throws into an error that can be shown to anybody.</summary>
/// <remarks>The text of a foreign exception may quote what a backend answered, and so a value: a JSON parser quotes what it can't read, a
/// client quotes a body. Only what can hold no value is taken over: its type, an HTTP status, an error number.</remarks>
/// <param name="keep">Whether the provider's exception stays as the inner one.</param>
internal sealed class SecretFailures(bool keep)
{
    public SecretProviderException From(Exception thrown, string provider, string operation, string name)
    {
        if (thrown is SecretProviderException error)
            return (error.InnerException is null || keep) && error.SecretName == name ? error : Rewrite(error, operation, name);

        Exception cause = thrown;
        while (cause is AggregateException { InnerExceptions: [var only] })
            cause = only;
        bool isThrottled = cause is HttpRequestException { StatusCode: HttpStatusCode.TooManyRequests };
        string more = keep
            ? "the inner exception says more."
            : $"its text may quote a secret and is not shown; {SecretOptions.SectionName}:{nameof(SecretOptions.KeepProviderExceptions)} shows it.";
        return new SecretProviderException(
            provider, operation, name, $"it threw {cause.GetType().Name}{Describe(cause)}; {more}", keep ? thrown : null)
        {
            IsTransient = isThrottled || IsTransient(cause),
            IsThrottled = isThrottled,
        };
    }

    /// <summary>The part of the message that says what went wrong.</summary>
    public static string ReasonOf(SecretProviderException error)
    {
        int start = error.Message.IndexOf("': ", error.Message.IndexOf($" {error.Operation} '", StringComparison.Ordinal) + 1, StringComparison.Ordinal);
        return start < 0 ? error.Message : error.Message[(start + 3)..];
    }

    private SecretProviderException Rewrite(SecretProviderException error, string operation, string name) =>
        new(error.Provider, operation, name, ReasonOf(error), keep ? error.InnerException : null)
        {
            IsTransient = error.IsTransient,
            IsThrottled = error.IsThrottled,
            RetryAfter = error.RetryAfter,
        };

    private static string Describe(Exception cause) => cause switch
    {
        HttpRequestException { StatusCode: { } status } => string.Create(CultureInfo.InvariantCulture, $" (HTTP {(int)status})"),
        HttpRequestException http => $" ({http.HttpRequestError})",
        SocketException socket => $" ({socket.SocketErrorCode})",
        IOException or ExternalException => string.Create(CultureInfo.InvariantCulture, $" (0x{cause.HResult:X8})"),
        _ => "",
    };

    private static bool IsTransient(Exception cause) => cause switch
    {
        TimeoutException or OperationCanceledException or SocketException => true,
        HttpRequestException { StatusCode: { } status } => status is HttpStatusCode.RequestTimeout || (int)status >= 500,
        HttpRequestException => true,
        _ => false,
    };
}
