using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Varai.Monitoring.Channels;

/// <summary>Sends SMS through whatever gateway takes them over HTTP.</summary>
internal sealed class SmsGatewayChannel : IRateLimitedAlertChannel, IDisposable
{
    private readonly SmsGatewayOptions _options;
    private readonly ChannelHttp _http;
    private readonly ChannelSecret _url;
    private readonly ChannelHeaders _headers;
    private readonly RecipientProgress _progress = new();
    private readonly string[] _to;
    private readonly ILogger _logger;

    public SmsGatewayChannel(ChannelContext context, SmsGatewayOptions options)
    {
        Name = context.Name;
        _options = options;
        _http = context.Http("The SMS gateway", options.ConfigureHandler, options.AllowPrivateAddresses ? null : new PublicAddresses());
        _url = context.Secret(nameof(options.Url), options.Url, options.UrlSecret);
        _headers = new ChannelHeaders(context, options.Headers, options.HeaderSecrets);
        _to = [.. options.To];
        _logger = context.Logger<SmsGatewayChannel>();
        RateLimit = new AlertRateLimit(1, TimeSpan.FromSeconds(1) / options.MessagesPerSecond);
    }

    public string Name { get; }

    public AlertRateLimit? RateLimit { get; }

    public int CountTokens(AlertNotification notification)
    {
        ArgumentNullException.ThrowIfNull(notification);
        return Math.Max(1, _progress.CountLeft(notification.Id, _to));
    }

    public async Task SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notification);
        cancellationToken.ThrowIfCancellationRequested();
        string url = await _url.GetAsync(cancellationToken).ConfigureAwait(false);
        string text = SmsMessage.Write(notification, _options.Message, _options.MaxSegments);
        IReadOnlyList<AlertChannelException> refused = await _progress.SendAsync(
            notification.Id, _to, (to, cancellation) => CallAsync(url, to, text, cancellation), cancellationToken).ConfigureAwait(false);
        if (refused.Count > 0)
            _logger.RecipientsRefused(Name, notification.Id, refused.Count, _to.Length, refused[0].Message);
    }

    public void Dispose() => _http.Dispose();

    private async Task CallAsync(string url, string to, string text, CancellationToken cancellationToken)
    {
        Uri target = ChannelUrl.TryParse(SmsTemplate.FillUrl(url, to, text)) ?? throw new AlertChannelException(
            $"The address of {_http.Target} is no absolute address of http or https.", isTransient: true);
        using var request = new HttpRequestMessage(new HttpMethod(_options.Method), target);
        if (_options.Method != "GET")
        {
            string body = SmsTemplate.Fill(_options.Body, to, text, SmsTemplate.EscapeFor(_options.ContentType)!);
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(_options.ContentType);
        }

        IReadOnlyList<(string Name, string Value)> secrets = await _headers.AddAsync(request, cancellationToken).ConfigureAwait(false);
        ChannelReply reply = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (reply.IsSuccess)
            return;
        if (reply.IsRefusal && await _headers.HaveChangedAsync(secrets, cancellationToken).ConfigureAwait(false))
            throw new AlertChannelException($"{_http.Refused(reply).Message} The key has been replaced since; it is tried again.", isTransient: true);
        throw _http.Refused(reply);
    }
}
