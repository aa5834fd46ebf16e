using System.Text.Json;

namespace Varai.Monitoring.Channels;

/// <summary>Hands alerts on to an Alertmanager through its API v2, as Prometheus does: to every node, and one is enough.</summary>
internal sealed class AlertmanagerChannel : IAlertChannel, IDisposable
{
    private readonly AlertmanagerOptions _options;
    private readonly ChannelHttp _http;
    private readonly ChannelHeaders _headers;
    private readonly Uri[] _urls;

    public AlertmanagerChannel(ChannelContext context, AlertmanagerOptions options)
    {
        Name = context.Name;
        _options = options;
        _http = context.Http("Alertmanager", options.ConfigureHandler);
        _headers = new ChannelHeaders(context, new Dictionary<string, string>(StringComparer.Ordinal), options.HeaderSecrets);
        _urls = [.. options.Urls.Select(u => new Uri($"{u.TrimEnd('/')}/api/v2/alerts"))];
    }

    public string Name { get; }

    public bool ForwardsAlerts => true;

    public async Task SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(notification);
        cancellationToken.ThrowIfCancellationRequested();
        ReadOnlyMemory<byte> body = ChannelJson.Write(json => Write(json, notification));
        AlertChannelException?[] errors = await Task.WhenAll(_urls.Select(url => TryPostAsync(url, body, cancellationToken))).ConfigureAwait(false);
        if (errors.Any(e => e is null))
            return;
        throw errors.FirstOrDefault(e => e!.IsTransient) ?? errors[0]!;
    }

    public void Dispose() => _http.Dispose();

    private async Task<AlertChannelException?> TryPostAsync(Uri url, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            using HttpRequestMessage request = ChannelHttp.Post(url, body, ChannelJson.ContentType);
            IReadOnlyList<(string Name, string Value)> secrets = await _headers.AddAsync(request, cancellationToken).ConfigureAwait(false);
            ChannelReply reply = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (reply.IsSuccess)
                return null;
            return reply.IsRefusal && await _headers.HaveChangedAsync(secrets, cancellationToken).ConfigureAwait(false)
                ? new AlertChannelException($"{_http.Refused(reply).Message} The key has been replaced since; it is tried again.", isTransient: true)
                : _http.Refused(reply);
        }
        catch (AlertChannelException e)
        {
            return e;
        }
    }

    private void Write(Utf8JsonWriter json, AlertNotification notification)
    {
        json.WriteStartArray();
        foreach (Alert alert in notification.Alerts)
        {
            bool isOver = alert.StatusAt(notification.At) == AlertStatus.Resolved;
            DateTimeOffset end = isOver ? alert.EndsAt!.Value : notification.At + _options.KeepFiringFor;
            json.WriteStartObject();
            json.WriteMap("labels", LabelsOf(alert));
            json.WriteMap("annotations", Named(alert.Annotations));
            json.WriteString("startsAt", AlertmanagerPayload.TimeOf(alert.StartsAt < end ? alert.StartsAt : end));
            json.WriteString("endsAt", AlertmanagerPayload.TimeOf(end));
            if (alert.GeneratorUrl is { } url)
                json.WriteString("generatorURL", url.AbsoluteUri);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // An alert without a label is refused, and with it all others of the request.
    private static Dictionary<string, string> LabelsOf(Alert alert)
    {
        Dictionary<string, string> labels = Named(AlertmanagerPayload.Filled(alert.Labels));
        if (labels.Count == 0)
            labels.Add(Alert.NameLabel, "alert");
        return labels;
    }

    // Names as every version takes them: what is no letter, digit or underscore becomes an underscore, as Prometheus has it.
    private static Dictionary<string, string> Named(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in pairs.Where(p => p.Key.Length > 0).OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            string clean = string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
            named[char.IsAsciiDigit(clean[0]) ? $"_{clean}" : clean] = value;
        }

        return named;
    }
}
