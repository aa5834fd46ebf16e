using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Varai.Monitoring.Channels;

/// <summary>Events of PagerDuty's Events API v2.</summary>
internal static class PagerDutyEvent
{
    /// <summary>The largest event that is taken, in bytes.</summary>
    public const int MaximumBytes = 512_000;

    private const int MaximumSummary = 1024;
    private const int MaximumDetail = 8_000;

    public static bool IsRoutingKey(string key) => key.Length == 32 && key.All(char.IsAsciiLetterOrDigit);

    /// <summary>Tells the incident of a group from others, in other environments too.</summary>
    public static string DedupKeyOf(AlertNotification notification) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{notification.Environment}\n{notification.GroupKey}")));

    /// <summary>An event that opens or updates the group's incident: with all alerts, or with as many as fit.</summary>
    public static ReadOnlyMemory<byte> Trigger(AlertNotification notification, string routingKey, PagerDutyOptions options)
    {
        string title = options.Message.WriteTitle(notification);
        string? body = options.Message.TryWriteBody(notification);
        for (int alerts = notification.Alerts.Count; ; alerts /= 2)
        {
            int listed = alerts;
            ReadOnlyMemory<byte> written = ChannelJson.Write(json => WriteTrigger(json, notification, routingKey, options, title, body, listed));
            if (written.Length <= MaximumBytes || listed == 0)
                return written;
        }
    }

    public static ReadOnlyMemory<byte> Resolve(AlertNotification notification, string routingKey) => ChannelJson.Write(json =>
    {
        json.WriteStartObject();
        WriteAction(json, notification, routingKey, "resolve");
        json.WriteEndObject();
    });

    private static void WriteAction(Utf8JsonWriter json, AlertNotification notification, string routingKey, string action)
    {
        json.WriteString("routing_key", routingKey);
        json.WriteString("event_action", action);
        json.WriteString("dedup_key", DedupKeyOf(notification));
    }

    private static void WriteTrigger(
        Utf8JsonWriter json, AlertNotification notification, string routingKey, PagerDutyOptions options, string title, string? body, int listed)
    {
        json.WriteStartObject();
        WriteAction(json, notification, routingKey, "trigger");
        json.WriteStartObject("payload");
        json.WriteString("summary", AlertText.Cut(title, MaximumSummary));
        json.WriteString("source", AlertText.Cut(string.IsNullOrWhiteSpace(options.Source) ? Filled(notification.Environment) : options.Source, MaximumSummary));
        json.WriteString("severity", SeverityOf(notification.Severity));
        json.WriteString("timestamp", AlertmanagerPayload.TimeOf(notification.Alerts.Min(a => a.StartsAt)));
        if (notification.CommonLabels.GetValueOrDefault(Alert.NameLabel) is { Length: > 0 } name)
            json.WriteString("class", AlertText.Cut(name, MaximumSummary));
        json.WriteString("group", AlertText.Cut(Filled(notification.Receiver), MaximumSummary));
        WriteDetails(json, notification, body, listed);
        json.WriteEndObject();
        WriteLinks(json, notification);
        json.WriteString("client", "Varai");
        if (notification.ExternalUrl is { } url)
            json.WriteString("client_url", url.AbsoluteUri);
        json.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter json, AlertNotification notification, string? body, int listed)
    {
        json.WriteStartObject("custom_details");
        json.WriteString("environment", AlertText.Cut(notification.Environment, MaximumSummary));
        if (body is not null)
            json.WriteString("text", AlertText.Cut(body, MaximumDetail));
        WriteAlerts(json, notification, "firing", AlertStatus.Firing, listed);
        WriteAlerts(json, notification, "resolved", AlertStatus.Resolved, listed);
        int more = notification.Alerts.Count - listed + notification.TruncatedAlerts;
        if (more > 0)
            json.WriteNumber("more_alerts", more);
        json.WriteEndObject();
    }

    private static void WriteAlerts(Utf8JsonWriter json, AlertNotification notification, string name, AlertStatus status, int listed)
    {
        Alert[] alerts = [.. notification.Alerts.Take(listed).Where(a => a.StatusAt(notification.At) == status)];
        if (alerts.Length == 0)
            return;
        json.WriteStartArray(name);
        foreach (Alert alert in alerts)
            json.WriteStringValue(AlertText.Cut(AlertText.Describe(alert, notification.At), MaximumDetail));
        json.WriteEndArray();
    }

    private static void WriteLinks(Utf8JsonWriter json, AlertNotification notification)
    {
        (string? Url, string Text)[] links =
        [
            (notification.CommonAnnotations.GetValueOrDefault("runbook_url"), "Runbook"), (notification.Alerts[0].GeneratorUrl?.AbsoluteUri, "Source"),
        ];
        json.WriteStartArray("links");
        foreach ((string? url, string text) in links)
        {
            if (ChannelUrl.TryParse(url) is not { AbsoluteUri.Length: <= 2000 } parsed)
                continue;
            json.WriteStartObject();
            json.WriteString("href", parsed.AbsoluteUri);
            json.WriteString("text", text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // A member that must be there may not be empty.
    private static string Filled(string text) => string.IsNullOrWhiteSpace(text) ? "-" : text;

    private static string SeverityOf(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Critical => "critical",
        AlertSeverity.Warning => "warning",
        _ => "info",
    };
}
