using System.Net;

namespace Varai.Monitoring.Channels;

/// <summary>Posts to Slack through an incoming webhook, or as a bot, which answers to the first message of the group.</summary>
internal sealed class SlackChannel : IRateLimitedAlertChannel, IDisposable
{
    // Codes of the Web API that its documentation calls trouble of its own, or a matter of time.
    private static readonly string[] Transient = ["ratelimited", "rate_limited", "fatal_error", "internal_error", "service_unavailable", "request_timeout"];
    private static readonly string[] LostThread = ["thread_not_found", "cannot_reply_to_message", "message_not_found"];
    private static readonly string[] BadToken = ["invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"];

    private readonly SlackOptions _options;
    private readonly ChannelHttp _http;
    private readonly ChannelSecret _webhook;
    private readonly ChannelSecret _token;
    private readonly SlackThreads _threads;
    private readonly bool _isBot;

    public SlackChannel(ChannelContext context, SlackOptions options, SlackThreads threads)
    {
        Name = context.Name;
        _options = options;
        _threads = threads;
        _isBot = !string.IsNullOrEmpty(options.Token) || !string.IsNullOrEmpty(options.TokenSecret);
        _http = context.Http("Slack", options.ConfigureHandler);
        _webhook = context.Secret(nameof(options.WebhookUrl), options.WebhookUrl, options.WebhookUrlSecret);
        _token = context.Secret(nameof(options.Token), options.Token, options.TokenSecret);
    }

    public string Name { get; }

    /// <summary>One message a second, for webhooks and for <c>chat.postMessage</c> in one conversation.</summary>
    public AlertRateLimit? RateLimit { get; } = new(1, TimeSpan.FromSeconds(1));

    public Task SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notification);
        cancellationToken.ThrowIfCancellationRequested();
        return _isBot ? PostAsync(notification, cancellationToken) : PostToWebhookAsync(notification, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task PostToWebhookAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        Uri url = await _webhook.GetUrlAsync(cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> body = ChannelJson.Write(json =>
        {
            json.WriteStartObject();
            SlackMessage.Write(json, notification, _options.Message);
            json.WriteEndObject();
        });
        using HttpRequestMessage request = ChannelHttp.Post(url, body, ChannelJson.ContentType);
        ChannelReply reply = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (reply.IsSuccess)
            return;
        if (reply.Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone
            && await _webhook.HasChangedAsync(url.OriginalString, cancellationToken).ConfigureAwait(false))
        {
            throw new AlertChannelException($"{_http.Refused(reply).Message} The webhook has been replaced since; it is tried again.", isTransient: true);
        }

        throw _http.Refused(reply, CodeOf(reply.Body));
    }

    private async Task PostAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        string token = await _token.GetAsync(cancellationToken).ConfigureAwait(false);
        string? thread = await _threads.FindAsync(notification.GroupKey, cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> body = ChannelJson.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("channel", _options.Conversation);
            SlackMessage.Write(json, notification, _options.Message);
            if (thread is not null)
            {
                json.WriteString("thread_ts", thread);
                // What nobody has seen to is said aloud.
                if (notification.Reason == AlertNotificationReason.Escalation)
                    json.WriteBoolean("reply_broadcast", value: true);
            }

            json.WriteBoolean("unfurl_links", value: false);
            json.WriteEndObject();
        });
        using HttpRequestMessage request = ChannelHttp.Post(new Uri(new Uri(_options.ApiUrl), "chat.postMessage"), body, "application/json; charset=utf-8");
        _http.Authorize(request, "Bearer", token);
        ChannelReply reply = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (!reply.IsSuccess)
            throw _http.Refused(reply);
        await ReadAnswerAsync(reply, notification, token, thread, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReadAnswerAsync(ChannelReply reply, AlertNotification notification, string token, string? thread, CancellationToken cancellationToken)
    {
        if (ChannelJson.TryRead(reply.Body, "ok") == "true")
        {
            if (notification.Status == AlertStatus.Resolved)
                await _threads.ForgetAsync(notification.GroupKey, cancellationToken).ConfigureAwait(false);
            else if (thread is null && ChannelJson.TryRead(reply.Body, "ts") is { } ts)
                await _threads.RememberAsync(notification.GroupKey, ts, cancellationToken).ConfigureAwait(false);
            return;
        }

        string? code = CodeOf(ChannelJson.TryRead(reply.Body, "error"));
        if (thread is not null && LostThread.Contains(code, StringComparer.Ordinal))
        {
            await _threads.ForgetAsync(notification.GroupKey, cancellationToken).ConfigureAwait(false);
            throw new AlertChannelException($"{_http.Target} no longer has the thread of the group; it is sent as a new one.", isTransient: true);
        }

        bool isTransient = code is null || Transient.Contains(code, StringComparer.Ordinal)
            || (BadToken.Contains(code, StringComparer.Ordinal) && await _token.HasChangedAsync(token, cancellationToken).ConfigureAwait(false));
        throw new AlertChannelException($"{_http.Target} refused the message: {code ?? "it gave no reason"}.", isTransient, reply.RetryAfter);
    }

    // Slack's codes are lower-case words; anything else could be what was sent.
    private static string? CodeOf(string? text) =>
        text is { Length: > 0 and <= 64 } && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_') ? text : null;
}
