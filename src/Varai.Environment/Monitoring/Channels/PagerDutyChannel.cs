using System.Net;

namespace Varai.Monitoring.Channels;

/// <summary>Opens, updates and resolves an incident of PagerDuty for each group.</summary>
internal sealed class PagerDutyChannel : IRateLimitedAlertChannel, IDisposable
{
    private readonly PagerDutyOptions _options;
    private readonly ChannelHttp _http;
    private readonly ChannelSecret _key;

    public PagerDutyChannel(ChannelContext context, PagerDutyOptions options)
    {
        Name = context.Name;
        _options = options;
        _http = context.Http("PagerDuty", options.ConfigureHandler);
        _key = context.Secret(nameof(options.RoutingKey), options.RoutingKey, options.RoutingKeySecret);
    }

    public string Name { get; }

    /// <summary>120 events in any minute: 20 at once and 100 in the course of it.</summary>
    public AlertRateLimit? RateLimit { get; } = new(20, TimeSpan.FromMilliseconds(600));

    public int CountTokens(AlertNotification notification) => notification?.Reason == AlertNotificationReason.Test ? 2 : 1;

    public async Task SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notification);
        cancellationToken.ThrowIfCancellationRequested();
        string key = await _key.GetAsync(cancellationToken).ConfigureAwait(false);
        if (!PagerDutyEvent.IsRoutingKey(key))
            throw new AlertChannelException($"The integration key for {_http.Target} is none: it must have 32 letters and digits.", isTransient: true);
        if (notification.Status == AlertStatus.Firing)
            await PostAsync(PagerDutyEvent.Trigger(notification, key, _options), key, cancellationToken).ConfigureAwait(false);
        // A test leaves no incident behind.
        if (notification.Status == AlertStatus.Resolved || notification.Reason == AlertNotificationReason.Test)
            await PostAsync(PagerDutyEvent.Resolve(notification, key), key, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _http.Dispose();

    private async Task PostAsync(ReadOnlyMemory<byte> body, string key, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = ChannelHttp.Post(new Uri(_options.Url), body, ChannelJson.ContentType);
        ChannelReply reply = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (reply.IsSuccess)
            return;
        bool mayBeTheKey = reply.IsRefusal || reply.Status is HttpStatusCode.BadRequest;
        if (mayBeTheKey && await _key.HasChangedAsync(key, cancellationToken).ConfigureAwait(false))
            throw new AlertChannelException($"{_http.Refused(reply).Message} The key has been replaced since; it is tried again.", isTransient: true);
        throw _http.Refused(reply);
    }
}
