namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>The alert that tells of a channel that gives up.</summary>
internal static class FailureAlerts
{
    public const string Name = "varai_notification_failed";

    public const string ChannelLabel = "channel";

    // It ends with the next success; a channel that is not used again says nothing more.
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static bool IsOne(IReadOnlyDictionary<string, string> labels) => labels.GetValueOrDefault(Alert.NameLabel) == Name;

    /// <summary>Whether the alert tells of the channel itself, which is the one that can't tell it.</summary>
    public static bool IsAbout(AlertEntry alert, string channel) => IsOne(alert.Labels) && alert.Labels.GetValueOrDefault(ChannelLabel) == channel;

    public static Alert Create(string channel, string? error, DateTimeOffset wall) => new()
    {
        Labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Alert.NameLabel] = Name,
            [Alert.SeverityLabel] = "critical",
            [ChannelLabel] = channel,
        },
        Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["summary"] = $"The channel '{channel}' did not take a notification.",
            ["description"] = error ?? "It did not say why.",
        },
        StartsAt = wall,
        EndsAt = wall + Lifetime,
    };
}
