using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Amazon;
using Amazon.Runtime.Signing;
using Microsoft.Extensions.Logging;
using Varai.Secrets;

namespace Varai.Aws.Secrets;

/// <summary>Sends signed calls. Repeats one only to sign it anew: with fresh credentials, or with AWS's time; each at most once.</summary>
internal sealed class AwsConnection : IDisposable
{
    private const string Service = "secretsmanager";
    private const int MaximumAnswerBytes = 16 * 1024 * 1024;
    private const int MaximumErrorBytes = 64 * 1024;

    // AWS takes signatures that are up to 5 minutes old; what is nearer than this was not refused for its time.
    private static readonly TimeSpan SmallestSkew = TimeSpan.FromMinutes(4);

    private readonly string _provider;
    private readonly AwsSecretsManagerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AwsCredentialsSource _credentials;
    private readonly HttpMessageHandler _transport;
    private long _skewTicks;

    public AwsConnection(string provider, AwsSecretsManagerOptions options, TimeProvider time, ILogger logger)
    {
        _provider = provider;
        _options = options;
        _time = time;
        _logger = logger;
        _credentials = new AwsCredentialsSource(options);
        var sockets = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), UseCookies = false };
        _transport = options.CreateHandler?.Invoke(sockets) ?? sockets;
        // A signature is good for one address only.
        sockets.AllowAutoRedirect = false;
        // Without it there are no activities of the handler: they repeat the bytes of an answer that is no HTTP.
        sockets.ActivityHeadersPropagator = null;
    }

    /// <summary>Sends a call.</summary>
    /// <param name="region">The region.</param>
    /// <param name="operation">The call.</param>
    /// <param name="body">Its parameters; stays with the caller.</param>
    /// <param name="cancellationToken">Ends the call; the only way it ends with an exception.</param>
    public async Task<AwsAnswer> SendAsync(string region, AwsOperation operation, SecretBuffer body, CancellationToken cancellationToken)
    {
        bool clockWasSet = false;
        AwsResolvedCredentials? refused = null;
        string refusedWith = "";
        while (true)
        {
            AwsResolvedCredentials credentials;
            try
            {
                credentials = await _credentials.GetAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (AwsCredentialsException e)
            {
                return AwsAnswer.Of(new AwsError(AwsErrorKind.Refused, e.Message) { IsTransient = e.IsTransient });
            }

            // Where nothing has changed, AWS would refuse them again.
            if (refused is not null && credentials.HasValuesOf(refused))
                return AwsAnswer.Of(new AwsError(AwsErrorKind.Credentials, refusedWith));
            if (refused is not null)
                _logger.AwsCredentialsRenewed(_provider, refusedWith);

            (AwsAnswer answer, DateTimeOffset? serverTime) = await SendOnceAsync(region, operation, body, credentials, cancellationToken).ConfigureAwait(false);
            if (answer.Error is { Kind: AwsErrorKind.Signature } && !clockWasSet && SetClock(serverTime))
                clockWasSet = true;
            else if (answer.Error is { Kind: AwsErrorKind.Credentials } error && refused is null)
                (refused, refusedWith) = Forget(credentials, error);
            else
                return answer;
        }
    }

    public void Dispose() => _transport.Dispose();

    private (AwsResolvedCredentials Refused, string With) Forget(AwsResolvedCredentials credentials, AwsError error)
    {
        _credentials.Forget(credentials);
        return (credentials, error.Found);
    }

    private DateTimeOffset Now() => _time.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _skewTicks));

    private bool SetClock(DateTimeOffset? serverTime)
    {
        if (serverTime is not { } theirs || (theirs - Now()).Duration() < SmallestSkew)
            return false;
        TimeSpan skew = theirs - _time.GetUtcNow();
        Interlocked.Exchange(ref _skewTicks, skew.Ticks);
        _logger.AwsClockSkew(skew);
        return true;
    }

    private async Task<(AwsAnswer Answer, DateTimeOffset? ServerTime)> SendOnceAsync(
        string region, AwsOperation operation, SecretBuffer body, AwsResolvedCredentials credentials, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = CreateRequest(region, operation, body);
        var parameters = new AWSSigV4Parameters
        {
            Credentials = credentials.ForSigning(),
            Region = RegionEndpoint.GetBySystemName(region),
            Service = Service,
            SignedAt = Now().UtcDateTime,
        };
        // One for each call, because the time to sign with belongs to the handler; the connections are shared.
        using var invoker = new HttpMessageInvoker(new SigV4SigningHandler(parameters, _transport), disposeHandler: false);
        try
        {
            using HttpResponseMessage response = await invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return (await ReadAsync(response, cancellationToken).ConfigureAwait(false), response.Headers.Date);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception e) when (DescribeFailure(e) is { } how)
        {
            // The exception is dropped: that of a broken answer quotes the bytes it met.
            return (AwsAnswer.Of(AwsError.Unreachable(how)), null);
        }
    }

    private HttpRequestMessage CreateRequest(string region, AwsOperation operation, SecretBuffer body)
    {
        Uri address = AwsRegion.Endpoint(_options.Endpoint, region)
            ?? throw new InvalidOperationException("The options were not checked: the endpoint is no address.");
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new SecretContent(body) };
        request.Headers.TryAddWithoutValidation("X-Amz-Target", $"{Service}.{operation.Name}");
        // Given here so that the signer does not copy the body to hash it.
        request.Headers.TryAddWithoutValidation("x-amz-content-sha256", Convert.ToHexStringLower(SHA256.HashData(body.WrittenSpan)));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Varai.Environment.Aws", productVersion: null));
        return request;
    }

    private async Task<AwsAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        bool succeeded = response.StatusCode == HttpStatusCode.OK;
        SecretBuffer body;
        try
        {
            Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
                body = await SecretBuffer.ReadAsync(stream, succeeded ? MaximumAnswerBytes : MaximumErrorBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException) when (succeeded)
        {
            return AwsAnswer.Of(AwsError.Malformed($"The answer has more than {MaximumAnswerBytes} bytes"));
        }
        catch (InvalidDataException)
        {
            return AwsAnswer.Of(AwsErrorReader.Read(response, body: [], _time.GetUtcNow()));
        }

        if (succeeded)
            return AwsAnswer.Of(body);
        using (body)
            return AwsAnswer.Of(AwsErrorReader.Read(response, body.WrittenSpan, _time.GetUtcNow()));
    }

    private static string? DescribeFailure(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } tls =>
            $"No secure connection to AWS could be made: {(tls.InnerException as AuthenticationException)?.Message.TrimEnd('.') ?? "TLS failed"}",
        HttpRequestException { InnerException: SocketException socket } => $"AWS could not be reached ({socket.SocketErrorCode})",
        HttpRequestException { InnerException: IOException } => "The connection to AWS was lost",
        HttpRequestException http => $"AWS could not be reached, or its answer could not be read ({http.HttpRequestError})",
        OperationCanceledException => "AWS did not answer in time",
        IOException => "The answer of AWS was cut off",
        _ => null,
    };
}
