using System.Globalization;
using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Notifications;

internal sealed record VirtualNotification(double At, string Channel, AlertNotification Notification)
{
    /// <summary>Such as <c>2 hook: +test1 -test2</c>, where + fires, - has ended and ~ flaps; by name and further labels.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(At, 3)} {Channel}: {Describe(Notification)}");

    public static string Describe(AlertNotification notification)
    {
        string alerts = string.Join(' ', notification.Alerts.Select(a => Describe(a, notification.At)).Order(StringComparer.Ordinal));
        string more = notification.TruncatedAlerts > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {notification.TruncatedAlerts} more") : "";
        return (notification.Reason == AlertNotificationReason.Group ? "" : $"[{notification.Reason}] ") + alerts + more;
    }

    private static string Describe(Alert alert, DateTimeOffset at)
    {
        string sign = alert.Annotations.ContainsKey("flapping") ? "~" : alert.StatusAt(at) == AlertStatus.Firing ? "+" : "-";
        return sign + alert.Name + string.Concat(alert.Labels
            .Where(l => l.Key is not (Alert.NameLabel or "severity" or "scenario" or "job")).OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"/{l.Value}"));
    }
}
