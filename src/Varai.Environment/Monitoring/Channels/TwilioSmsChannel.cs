using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Varai.Monitoring.Channels;

/// <summary>Sends SMS through Twilio's Messages resource.</summary>
internal sealed class TwilioSmsChannel : IRateLimitedAlertChannel, IDisposable
{
    private readonly TwilioSmsOptions _options;
    private readonly ChannelHttp _http;
    private readonly ChannelSecret _token;
    private readonly RecipientProgress _progress = new();
    private readonly Uri _url;
    private readonly string[] _to;
    private readonly ILogger _logger;

    public TwilioSmsChannel(ChannelContext context, TwilioSmsOptions options)
    {
        Name = context.Name;
        _options = options;
        _http = context.Http("Twilio", options.ConfigureHandler);
        _token = context.Secret(nameof(options.AuthToken), options.AuthToken, options.AuthTokenSecret);
        _url = new Uri($"{options.ApiUrl.TrimEnd('/')}/2010-04-01/Accounts/{options.AccountSid}/Messages.json");
        _to = [.. options.To];
        _logger = context.Logger<TwilioSmsChannel>();
        RateLimit = new AlertRateLimit(1, TimeSpan.FromSeconds(1) / options.SegmentsPerSecond);
    }

    public string Name { get; }

    public AlertRateLimit? RateLimit { get; }

    /// <summary>Twilio counts parts, not messages.</summary>
    public int CountTokens(AlertNotification notification)
    {
        ArgumentNullException.ThrowIfNull(notification);
        int segments = SmsText.CountSegments(SmsMessage.Write(notification, _options.Message, _options.MaxSegments));
        return Math.Max(1, _progress.CountLeft(notification.Id, _to) * segments);
    }

    public async Task SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notification);
        cancellationToken.ThrowIfCancellationRequested();
        string token = await _token.GetAsync(cancellationToken).ConfigureAwait(false);
        string text = SmsMessage.Write(notification, _options.Message, _options.MaxSegments);
        IReadOnlyList<AlertChannelException> refused = await _progress.SendAsync(
            notification.Id, _to, (to, cancellation) => PostAsync(to, text, token, cancellation), cancellationToken).ConfigureAwait(false);
        if (refused.Count > 0)
            _logger.RecipientsRefused(Name, notification.Id, refused.Count, _to.Length, refused[0].Message);
    }

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(string to, string text, string token, CancellationToken cancellationToken)
    {
        var fields = new List<KeyValuePair<string, string>>
        {
            new("To", to),
            _options.MessagingServiceSid is { Length: > 0 } service ? new("MessagingServiceSid", service) : new("From", _options.From!),
            new("Body", text),
            new("ValidityPeriod", ((int)_options.ValidityPeriod.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new FormUrlEncodedContent(fields) };
        string user = string.IsNullOrEmpty(_options.ApiKeySid) ? _options.AccountSid : _options.ApiKeySid;
        _http.Authorize(request, "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{token}")));
        ChannelReply reply = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (reply.IsSuccess)
            return;

        // Numbers of Twilio's errors hold nothing; its messages quote the number that was sent to.
        string? code = ChannelJson.TryRead(reply.Body, "code") is { Length: <= 6 } number && number.All(char.IsAsciiDigit) ? $"error {number}" : null;
        if (reply.Status == HttpStatusCode.Unauthorized && await _token.HasChangedAsync(token, cancellationToken).ConfigureAwait(false))
            throw new AlertChannelException($"{_http.Refused(reply, code).Message} The token has been replaced since; it is tried again.", isTransient: true);
        AlertChannelException refused = _http.Refused(reply, code);
        throw _to.Length == 1 ? refused : new AlertChannelException($"{refused.Message} The number ends with {to[^2..]}.", refused.IsTransient, refused.RetryAfter);
    }
}
