using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Varai.Monitoring.Channels;

/// <summary>Posts notifications to an address of the user's.</summary>
internal sealed class WebhookChannel : IAlertChannel, IDisposable
{
    private readonly WebhookOptions _options;
    private readonly ChannelHttp _http;
    private readonly ChannelSecret _url;
    private readonly ChannelSecret[] _keys;
    private readonly ChannelHeaders _headers;
    private readonly TimeProvider _time;
    private Uri? _gone;

    public WebhookChannel(ChannelContext context, WebhookOptions options, PublicAddresses? guard = null)
    {
        Name = context.Name;
        _options = options;
        _time = context.Time;
        _http = context.Http("The webhook", options.ConfigureHandler, options.AllowPrivateAddresses ? null : guard ?? new PublicAddresses());
        _url = context.Secret(nameof(options.Url), options.Url, options.UrlSecret);
        _keys = [.. options.SigningKeySecrets.Select((name, i) => context.Secret(string.Create(CultureInfo.InvariantCulture, $"SigningKey:{i}:"), value: null, name))];
        _headers = new ChannelHeaders(context, options.Headers, options.HeaderSecrets);
    }

    public string Name { get; }

    public async Task SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notification);
        cancellationToken.ThrowIfCancellationRequested();
        Uri url = await _url.GetUrlAsync(cancellationToken).ConfigureAwait(false);
        if (url == _gone && notification.Reason != AlertNotificationReason.Test)
        {
            throw new AlertChannelException(
                $"{_http.Target} has answered 410: what the address led to is gone. It is not sent to any more; set another address, or test the channel once it is back.", isTransient: false);
        }

        ReadOnlyMemory<byte> body = ChannelJson.Write(json => Write(json, notification));
        using HttpRequestMessage request = ChannelHttp.Post(
            url, body, _options.Format == WebhookFormat.CloudEvents ? "application/cloudevents+json; charset=utf-8" : ChannelJson.ContentType);
        IReadOnlyList<(string Name, string Value)> secrets = await _headers.AddAsync(request, cancellationToken).ConfigureAwait(false);
        await SignAsync(request, notification, body, cancellationToken).ConfigureAwait(false);
        ChannelReply reply = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (reply.IsSuccess)
        {
            _gone = null;
            return;
        }

        if (reply.Status == HttpStatusCode.Gone)
            _gone = url;
        AlertChannelException error = _http.Refused(reply);
        if (reply.IsRefusal && await _headers.HaveChangedAsync(secrets, cancellationToken).ConfigureAwait(false))
            throw new AlertChannelException($"{error.Message} The key has been replaced since; it is tried again.", isTransient: true);
        throw error;
    }

    public void Dispose() => _http.Dispose();

    private void Write(Utf8JsonWriter json, AlertNotification notification)
    {
        if (_options.Format == WebhookFormat.Alertmanager)
        {
            AlertmanagerPayload.Write(json, notification, _options.MaxAlerts);
            return;
        }

        json.WriteStartObject();
        json.WriteString("specversion", "1.0");
        json.WriteString("id", notification.Id);
        json.WriteString("source", $"/varai/{Uri.EscapeDataString(notification.Environment)}");
        json.WriteString("type", notification.Status == AlertStatus.Firing ? "varai.alerts.firing" : "varai.alerts.resolved");
        json.WriteString("subject", notification.Receiver);
        json.WriteString("time", AlertmanagerPayload.TimeOf(notification.At));
        json.WriteString("datacontenttype", ChannelJson.ContentType);
        json.WritePropertyName("data");
        AlertmanagerPayload.Write(json, notification, _options.MaxAlerts);
        json.WriteEndObject();
    }

    private async Task SignAsync(HttpRequestMessage request, AlertNotification notification, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (_keys.Length == 0)
            return;
        var keys = new List<byte[]>(_keys.Length);
        foreach (ChannelSecret secret in _keys)
        {
            keys.Add(WebhookSignature.TryReadKey(await secret.GetAsync(cancellationToken).ConfigureAwait(false)) ?? throw new AlertChannelException(
                $"A signing key of the alert channel '{Name}' is none: it must be whsec_ and 24 to 64 bytes in base64.", isTransient: true));
        }

        string id = WebhookSignature.IdOf(notification);
        long time = _time.GetUtcNow().ToUnixTimeSeconds();
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", time.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(keys, id, time, body.Span));
    }
}
