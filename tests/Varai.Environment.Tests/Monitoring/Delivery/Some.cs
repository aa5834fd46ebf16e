using Varai.Monitoring;

namespace Varai.Tests.Monitoring.Delivery;

/// <summary>Notifications whose details do not matter.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Now = new(2026, 12, 1, 9, 45, 0, TimeSpan.Zero);

    public static AlertNotification Notification(string id, string? group = null, AlertStatus status = AlertStatus.Firing) => new()
    {
        Id = id,
        Receiver = "team",
        GroupKey = group ?? id,
        GroupLabels = new Dictionary<string, string> { [Varai.Monitoring.Alert.NameLabel] = "slow" },
        At = Now,
        Environment = "production",
        ExternalUrl = new Uri("https://varai.example/alerts"),
        Alerts = [Alert(status == AlertStatus.Resolved ? Now : null)],
    };

    public static Alert Alert(DateTimeOffset? endsAt = null) => new()
    {
        Labels = new Dictionary<string, string> { [Varai.Monitoring.Alert.NameLabel] = "slow", [Varai.Monitoring.Alert.SeverityLabel] = "critical", ["region"] = "eu" },
        Annotations = new Dictionary<string, string> { ["summary"] = "Orders are slow", ["runbook_url"] = "https://runbooks.example/slow" },
        StartsAt = Now.AddMinutes(-5),
        EndsAt = endsAt,
        Value = 2412.75,
        GeneratorUrl = new Uri("https://varai.example/rules/slow?x=1&y=2"),
    };
}
