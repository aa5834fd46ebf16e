using System.Globalization;
using System.Text.Json;

namespace Varai.Monitoring.Channels;

/// <summary>What Alertmanager sends to webhooks, version 4: the same members in the same order.</summary>
internal static class AlertmanagerPayload
{
    /// <summary>What Go writes for no time.</summary>
    private const string Never = "0001-01-01T00:00:00Z";

    public static void Write(Utf8JsonWriter json, AlertNotification notification, int maxAlerts)
    {
        int listed = maxAlerts == 0 ? notification.Alerts.Count : Math.Min(maxAlerts, notification.Alerts.Count);
        json.WriteStartObject();
        json.WriteString("receiver", notification.Receiver);
        json.WriteString("status", StatusOf(notification.Status));
        json.WriteStartArray("alerts");
        foreach (Alert alert in notification.Alerts.Take(listed))
            WriteAlert(json, alert, notification.At);
        json.WriteEndArray();
        json.WriteMap("groupLabels", notification.GroupLabels);
        json.WriteMap("commonLabels", Filled(notification.CommonLabels));
        json.WriteMap("commonAnnotations", notification.CommonAnnotations);
        json.WriteString("externalURL", notification.ExternalUrl?.AbsoluteUri ?? "");
        json.WriteString("version", "4");
        json.WriteString("groupKey", notification.GroupKey);
        json.WriteNumber("truncatedAlerts", notification.TruncatedAlerts + notification.Alerts.Count - listed);
        json.WriteEndObject();
    }

    /// <summary>A time in UTC as Go writes it: no fraction, or as much of it as there is.</summary>
    public static string TimeOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    public static IEnumerable<KeyValuePair<string, string>> Filled(IReadOnlyDictionary<string, string> labels) => labels.Where(l => l.Value.Length > 0);

    private static void WriteAlert(Utf8JsonWriter json, Alert alert, DateTimeOffset at)
    {
        AlertStatus status = alert.StatusAt(at);
        json.WriteStartObject();
        json.WriteString("status", StatusOf(status));
        json.WriteMap("labels", Filled(alert.Labels));
        json.WriteMap("annotations", alert.Annotations);
        json.WriteString("startsAt", TimeOf(alert.StartsAt));
        json.WriteString("endsAt", status == AlertStatus.Resolved ? TimeOf(alert.EndsAt!.Value) : Never);
        json.WriteString("generatorURL", alert.GeneratorUrl?.AbsoluteUri ?? "");
        json.WriteString("fingerprint", alert.Fingerprint);
        json.WriteEndObject();
    }

    private static string StatusOf(AlertStatus status) => status == AlertStatus.Firing ? "firing" : "resolved";
}
