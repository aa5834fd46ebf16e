namespace Varai.Monitoring.Delivery;

/// <summary>What is sent to try a channel.</summary>
internal static class TestNotification
{
    public static AlertNotification For(string channel, string environment, DateTimeOffset at)
    {
        string id = $"test-{Guid.NewGuid():N}";
        return new AlertNotification
        {
            Id = id,
            Reason = AlertNotificationReason.Test,
            Receiver = "test",
            GroupKey = id,
            GroupLabels = new Dictionary<string, string>(StringComparer.Ordinal) { [Alert.NameLabel] = "test" },
            At = at,
            Environment = environment,
            Alerts =
            [
                new Alert
                {
                    Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Alert.NameLabel] = "test", [Alert.SeverityLabel] = "info" },
                    Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["summary"] = $"Somebody tries the alert channel '{channel}'. Nothing is wrong." },
                    StartsAt = at,
                },
            ],
        };
    }
}
