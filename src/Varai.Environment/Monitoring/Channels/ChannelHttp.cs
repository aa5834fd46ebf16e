using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Text;

namespace Varai.Monitoring.Channels;

/// <summary>Sends the requests of one channel. Addresses and exceptions of the HTTP client go into no message: an address may be a key.</summary>
internal sealed class ChannelHttp : IDisposable
{
    private const int MaximumBody = 16 * 1024;

    private readonly HttpMessageInvoker _http;
    private readonly string _channel;
    private readonly string _service;
    private readonly TimeProvider _time;

    /// <param name="channel">The channel's name.</param>
    /// <param name="service">What the service is called in messages.</param>
    /// <param name="guard">Lets only public addresses through; null for all.</param>
    /// <param name="configure">Changes the handler; the user's.</param>
    /// <param name="time">The clock.</param>
    public ChannelHttp(string channel, string service, PublicAddresses? guard, Action<SocketsHttpHandler>? configure, TimeProvider time)
    {
        _channel = channel;
        _service = service;
        _time = time;
        var handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2), ConnectTimeout = TimeSpan.FromSeconds(10) };
        if (guard is not null)
        {
            // A proxy would connect for us, and not to what was checked.
            handler.UseProxy = false;
        }

        configure?.Invoke(handler);
        if (guard is not null)
            handler.ConnectCallback = guard.ConnectAsync;
        handler.AllowAutoRedirect = false;
        handler.UseCookies = false;
        handler.ActivityHeadersPropagator = null; // no activity, which would hold the address
        _http = new HttpMessageInvoker(handler);
    }

    /// <summary>What the service is called in messages.</summary>
    public string Target => $"{_service} (alert channel '{_channel}')";

    public static HttpRequestMessage Post(Uri url, ReadOnlyMemory<byte> body, string contentType)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return new HttpRequestMessage(HttpMethod.Post, url) { Content = content };
    }

    /// <summary>Puts a key into the header <c>Authorization</c>.</summary>
    /// <exception cref="AlertChannelException">It can't be in a header.</exception>
    public void Authorize(HttpRequestMessage request, string scheme, string key)
    {
        if (key.Length == 0 || key.Any(static c => c is <= ' ' or > '~'))
            throw new AlertChannelException($"The key for {Target} is empty, or has characters that no key has.", isTransient: true);
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, key);
    }

    /// <summary>Sends a request and reads the answer, whatever its status.</summary>
    /// <exception cref="AlertChannelException">There was no answer.</exception>
    public async Task<ChannelReply> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            string body = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
            return new ChannelReply(response.StatusCode, RetryAfter(response.Headers.RetryAfter), body);
        }
        catch (HttpRequestException e)
        {
            throw Failed(e);
        }
        catch (IOException)
        {
            throw Broken();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AlertChannelException($"{Target} could not be connected to in time.", isTransient: true);
        }
    }

    /// <summary>Turns an answer that is no success into an error.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="code">The service's own code, where it has one that can be shown.</param>
    public AlertChannelException Refused(ChannelReply reply, string? code = null)
    {
        string advice = (int)reply.Status switch
        {
            >= 300 and <= 399 => " Redirects are not followed: set the address that it leads to.",
            401 or 403 => " Check the key.",
            404 => " Check the address.",
            410 => " What the address led to is gone.",
            413 => " The message is too long for it.",
            429 => " It is asked less often for a while.",
            _ => "",
        };
        return new AlertChannelException(
            string.Create(CultureInfo.InvariantCulture, $"{Target} answered {(int)reply.Status}{(code is null ? "" : $" ({code})")}.{advice}"), reply.IsTransient, reply.RetryAfter);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(MaximumBody);
            try
            {
                int length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, MaximumBody), MaximumBody, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                return Encoding.UTF8.GetString(buffer.AsSpan(0, length));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private AlertChannelException Failed(HttpRequestException e)
    {
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is PrivateAddressException)
            {
                return new AlertChannelException(
                    $"{Target} is at an address of a private or special network, which is not sent to. Set AllowPrivateAddresses if that is meant.", isTransient: false);
            }
        }

        string reason = e.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "its name is not known",
            HttpRequestError.ConnectionError => "it can't be connected to",
            HttpRequestError.SecureConnectionError => $"the TLS handshake failed: {Handshake(e)}",
            HttpRequestError.InvalidResponse => "it does not speak HTTP as it should",
            HttpRequestError.ResponseEnded => "the connection broke",
            _ => $"the request failed ({e.HttpRequestError})",
        };
        return new AlertChannelException($"{Target} did not answer: {reason}.", isTransient: true);
    }

    private AlertChannelException Broken() => new($"{Target} did not answer: the connection broke.", isTransient: true);

    // What .NET says of certificates quotes nothing that was sent.
    private static string Handshake(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is AuthenticationException)
                return e.Message.TrimEnd('.');
        }

        return "it gave no reason";
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        TimeSpan? wait = header?.Delta ?? header?.Date - _time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
