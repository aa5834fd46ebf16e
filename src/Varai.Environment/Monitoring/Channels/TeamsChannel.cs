namespace Varai.Monitoring.Channels;

/// <summary>Posts cards to Microsoft Teams through a workflow.</summary>
internal sealed class TeamsChannel : IRateLimitedAlertChannel, IDisposable
{
    private readonly TeamsOptions _options;
    private readonly ChannelHttp _http;
    private readonly ChannelSecret _url;

    public TeamsChannel(ChannelContext context, TeamsOptions options)
    {
        Name = context.Name;
        _options = options;
        _http = context.Http("Microsoft Teams", options.ConfigureHandler);
        _url = context.Secret(nameof(options.WebhookUrl), options.WebhookUrl, options.WebhookUrlSecret);
    }

    public string Name { get; }

    /// <summary>Four requests in any second.</summary>
    public AlertRateLimit? RateLimit { get; } = new(1, TimeSpan.FromMilliseconds(300));

    public async Task SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notification);
        cancellationToken.ThrowIfCancellationRequested();
        Uri url = await _url.GetUrlAsync(cancellationToken).ConfigureAwait(false);
        using HttpRequestMessage request = ChannelHttp.Post(url, TeamsCard.Write(notification, _options.Message), ChannelJson.ContentType);
        ChannelReply reply = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (reply.IsSuccess)
            return;
        if (!reply.IsTransient && await _url.HasChangedAsync(url.OriginalString, cancellationToken).ConfigureAwait(false))
            throw new AlertChannelException($"{_http.Refused(reply).Message} The address has been replaced since; it is tried again.", isTransient: true);
        throw _http.Refused(reply);
    }

    public void Dispose() => _http.Dispose();
}
