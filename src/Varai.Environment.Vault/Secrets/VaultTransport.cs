using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using Varai.Secrets;

namespace Varai.Vault.Secrets;

/// <summary>Sends requests to the nodes of one cluster. Exceptions of the HTTP client are never kept: they may quote an answer.</summary>
internal sealed class VaultTransport : IDisposable
{
    private const int MaximumBytes = 32 * 1024 * 1024;
    private const int MaximumRedirects = 3;

    private readonly HttpMessageInvoker _http;
    private readonly Uri[] _addresses;
    private readonly string? _namespace;
    private readonly string? _serverName;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private int _preferred;

    public VaultTransport(VaultOptions options, TimeProvider time)
    {
        _addresses = VaultAddresses.Parse(options.Address);
        _namespace = options.Namespace?.Trim('/');
        _serverName = options.Tls.ServerName;
        _timeout = options.RequestTimeout;
        _time = time;
        _http = new HttpMessageInvoker(VaultTls.CreateHandler(options));
    }

    /// <summary>Sends to the node that answered last, and to the others while one can't serve it and it is safe to ask again.</summary>
    /// <exception cref="VaultException">No node gave an answer.</exception>
    public async Task<VaultAnswer> SendAsync(VaultCall call, string? token, CancellationToken cancellationToken)
    {
        int first = Volatile.Read(ref _preferred);
        for (int tried = 1; ; tried++)
        {
            int at = (first + tried - 1) % _addresses.Length;
            bool isLast = tried == _addresses.Length;
            try
            {
                (VaultAnswer answer, int node) = await FollowAsync(at, call, token, cancellationToken).ConfigureAwait(false);
                if (isLast || answer.Status is not (472 or 473 or 501 or 503))
                {
                    Volatile.Write(ref _preferred, node);
                    return answer;
                }

                answer.Dispose();
            }
            catch (VaultException e) when (!isLast && e.IsTransient && (call.IsRead || e.IsThrottled || e.WasNotSent))
            {
                // The next node may do better; the last one's error is reported.
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(VaultAnswer Answer, int Node)> FollowAsync(int node, VaultCall call, string? token, CancellationToken cancellationToken)
    {
        for (int redirects = 0; ; redirects++)
        {
            (VaultAnswer answer, Uri? location) = await SendOnceAsync(node, call, token, cancellationToken).ConfigureAwait(false);
            if (location is null)
                return (answer, node);

            answer.Dispose();
            int next = Array.FindIndex(_addresses, a => Uri.Compare(a, location, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0);
            if (next < 0)
                throw new VaultException(VaultError.Standby, $"The node {Describe(node)} is a standby and sends {call} to another node that is not among the addresses. Add the cluster's addresses (the api_addr of each node) to Address.");
            if (redirects == MaximumRedirects)
                throw new VaultException(VaultError.Standby, $"The nodes send {call} from one to another; there seems to be no active one.");
            node = next;
        }
    }

    private async Task<(VaultAnswer Answer, Uri? Location)> SendOnceAsync(int node, VaultCall call, string? token, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var timeout = new CancellationTokenSource(_timeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using HttpRequestMessage request = Create(node, call, token);
            using HttpResponseMessage response = await _http.SendAsync(request, linked.Token).ConfigureAwait(false);
            Stream stream = await response.Content.ReadAsStreamAsync(linked.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                SecretBuffer body = await SecretBuffer.ReadAsync(stream, MaximumBytes, linked.Token).ConfigureAwait(false);
                var answer = new VaultAnswer((int)response.StatusCode, body) { RetryAfter = RetryAfter(response.Headers.RetryAfter) };
                return (answer, LocationOf(response, request.RequestUri!));
            }
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new VaultException(VaultError.TimedOut, $"Vault at {Describe(node)} did not answer {call} within {_timeout:c}.");
        }
        catch (HttpRequestException e)
        {
            throw Failed(node, call, e);
        }
        catch (InvalidDataException)
        {
            throw VaultErrors.InvalidAnswer(call, $"has more than {MaximumBytes} bytes");
        }
        catch (IOException)
        {
            throw Broken(node, call);
        }
    }

    private HttpRequestMessage Create(int node, VaultCall call, string? token)
    {
        Uri address = _addresses[node];
        var request = new HttpRequestMessage(call.Method, new Uri(address, VaultPath.Escape(call.Path) + (call.Query is null ? "" : "?" + call.Query)));
        request.Headers.TryAddWithoutValidation("X-Vault-Request", "true");
        if (token is not null)
            request.Headers.TryAddWithoutValidation("X-Vault-Token", token);
        if (!string.IsNullOrEmpty(_namespace))
            request.Headers.TryAddWithoutValidation("X-Vault-Namespace", _namespace);
        if (call.WrapFor is { } wrap)
            request.Headers.TryAddWithoutValidation("X-Vault-Wrap-TTL", FormattableString.Invariant($"{(long)wrap.TotalSeconds}s"));
        if (_serverName is not null)
            request.Headers.Host = address.IsDefaultPort ? _serverName : $"{_serverName}:{address.Port}";
        if (call.Body is { } body)
        {
            request.Content = new ReadOnlyMemoryContent(body.WrittenMemory);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(call.ContentType ?? "application/json");
        }

        return request;
    }

    private VaultException Broken(int node, VaultCall call) =>
        new(VaultError.Unavailable, $"The connection to Vault at {Describe(node)} broke while it answered {call}.");

    private VaultException Failed(int node, VaultCall call, HttpRequestException e)
    {
        if (e.HttpRequestError == HttpRequestError.ResponseEnded || (e.HttpRequestError == HttpRequestError.Unknown && e.InnerException is IOException))
            return Broken(node, call);

        (string reason, bool wasNotSent) = e.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => ("its name is not known", true),
            HttpRequestError.ConnectionError => ("it can't be connected to", true),
            HttpRequestError.SecureConnectionError => ($"the TLS handshake failed: {Handshake(e)}. Check Tls:CaFile, Tls:ServerName and Tls:ClientCertificateFile", true),
            HttpRequestError.InvalidResponse => ("it does not speak HTTP as it should", false),
            _ => ($"the request failed ({e.HttpRequestError})", false),
        };
        return new VaultException(VaultError.Unavailable, $"Vault at {Describe(node)} did not answer {call}: {reason}.") { WasNotSent = wasNotSent };
    }

    // What .NET says of certificates quotes nothing that was sent through the connection.
    private static string Handshake(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is AuthenticationException)
                return e.Message.TrimEnd('.');
        }

        return "it gave no reason";
    }

    private string Describe(int node) => _addresses[node].GetLeftPart(UriPartial.Authority);

    private static Uri? LocationOf(HttpResponseMessage response, Uri asked) =>
        response.StatusCode is HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect or HttpStatusCode.Redirect or HttpStatusCode.MovedPermanently
            && response.Headers.Location is { } location
            ? new Uri(asked, location)
            : null;

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        TimeSpan? wait = header?.Delta ?? (header?.Date is { } date ? date - _time.GetUtcNow() : null);
        return wait is { } value && value < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
