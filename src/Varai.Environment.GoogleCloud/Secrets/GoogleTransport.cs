using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Varai.Secrets;

namespace Varai.GoogleCloud.Secrets;

/// <summary>Sends one call, with a token, and once more with another token when the first is refused. Nothing else is repeated
/// here: whoever calls knows what may be.</summary>
internal sealed class GoogleTransport(
    string provider, GoogleSecretManagerOptions options, GoogleTokenSource tokens, HttpClient http, TimeProvider time, ILogger logger)
{
    /// <summary>Above a page of 25,000 secrets with labels, and far above any value (64 KiB).</summary>
    public const int MaximumAnswerBytes = 32 * 1024 * 1024;

    private readonly Uri _endpoint = new(options.Endpoint ?? (options.Location is { } location
        ? $"https://secretmanager.{location}.rep.googleapis.com"
        : "https://secretmanager.googleapis.com"));

    /// <param name="operation">What it is for.</param>
    /// <param name="method">The HTTP method.</param>
    /// <param name="resource">The resource name, <c>projects/...</c>, for messages.</param>
    /// <param name="suffix">What follows it in the address.</param>
    /// <param name="body">The body, if there is one.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async ValueTask<GoogleAnswer> SendAsync(
        GoogleOperation operation, HttpMethod method, string resource, string suffix, SecretBuffer? body, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var address = new Uri(_endpoint, $"/v1/{resource}{suffix}");
        GoogleToken token = await tokens.GetAsync(operation, cancellationToken).ConfigureAwait(false);
        GoogleAnswer answer = await SendOnceAsync(operation, method, resource, address, body, token, cancellationToken).ConfigureAwait(false);
        if (answer.Error?.HttpStatus != HttpStatusCode.Unauthorized)
            return answer;

        // Revoked, or expired on its way: the clocks may differ.
        answer.Dispose();
        logger.GoogleTokenRefused(provider);
        token = await tokens.RenewAsync(operation, token, cancellationToken).ConfigureAwait(false);
        return await SendOnceAsync(operation, method, resource, address, body, token, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<GoogleAnswer> SendOnceAsync(
        GoogleOperation operation, HttpMethod method, string resource, Uri address, SecretBuffer? body, GoogleToken token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        if ((options.QuotaProject ?? token.QuotaProject) is { } quota)
            request.Headers.Add("X-Goog-User-Project", quota);
        if (body is not null)
        {
            request.Content = new ReadOnlyMemoryContent(body.WrittenMemory);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Reveal());
        }
        catch (FormatException)
        {
            throw operation.Fail("the access token has characters that no token has. Check what AccessToken gives.");
        }

        try
        {
            using HttpResponseMessage response = await http
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                SecretBuffer answer = await SecretBuffer.ReadAsync(stream, MaximumAnswerBytes, cancellationToken).ConfigureAwait(false);
                GoogleError? error = response.StatusCode == HttpStatusCode.OK
                    ? null
                    : GoogleErrorReader.Read(response, answer.WrittenSpan, time.GetUtcNow());
                return new GoogleAnswer(operation, resource, answer, error);
            }
        }
        catch (InvalidDataException)
        {
            throw operation.Fail($"the answer about {resource} has more than {MaximumAnswerBytes} bytes. Check Endpoint, and what lies between.");
        }
        catch (HttpRequestException e)
        {
            throw operation.Fail($"{address.Host} can't be reached, or broke off ({Describe(e.HttpRequestError)}).", isTransient: true);
        }
        catch (IOException e)
        {
            throw operation.Fail(
                $"{address.Host} broke off its answer ({(e is HttpIOException http ? Describe(http.HttpRequestError) : e.GetType().Name)}).", isTransient: true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw operation.Fail($"{address.Host} took too long to answer.", isTransient: true);
        }
    }

    private static string Describe(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "its name has no address",
        HttpRequestError.ConnectionError => "no connection",
        HttpRequestError.SecureConnectionError => "its certificate is not trusted, or TLS failed",
        _ => error.ToString(),
    };
}
