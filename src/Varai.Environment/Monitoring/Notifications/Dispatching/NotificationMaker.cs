using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Varai.Monitoring.Notifications.Routing;

namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>Makes notifications and notes them as pending.</summary>
internal sealed class NotificationMaker(NotificationPlan plan, DispatchState state, FlapDamping flaps, string environment)
{
    public const string FlappingAnnotation = "flapping";

    /// <summary>Makes one.</summary>
    /// <returns>Its id.</returns>
    public string Make(
        AlertNotificationReason reason,
        string receiver,
        string channel,
        string groupKey,
        IReadOnlyDictionary<string, string> groupLabels,
        IReadOnlyCollection<AlertEntry> alerts,
        Instant at)
    {
        Alert[] all = [.. alerts
            .Select(a => (Entry: a, Alert: Show(a, at)))
            .OrderBy(a => a.Alert.StatusAt(at.Wall))
            .ThenByDescending(a => a.Alert.Severity)
            .ThenBy(a => a.Alert.StartsAt)
            .ThenBy(a => a.Entry.Fingerprint, StringComparer.Ordinal)
            .Select(a => a.Alert)];
        int most = plan.ForwardingChannels.Contains(channel) ? PlanCompiler.MostAlertsOfNotification : plan.Options.MaxAlertsPerNotification;
        string id = NextId(groupKey, channel, at);
        var notification = new AlertNotification
        {
            Id = id,
            Reason = reason,
            Receiver = receiver,
            GroupKey = groupKey,
            GroupLabels = groupLabels,
            Alerts = all.Length > most ? all[..most] : all,
            TruncatedAlerts = Math.Max(0, all.Length - most),
            At = at.Wall,
            Environment = environment,
            ExternalUrl = plan.Options.ExternalUrl,
        };
        state.Add(id, new PendingEntry(channel, notification));
        foreach (string rule in alerts.Select(a => a.Name).Distinct(StringComparer.Ordinal))
        {
            RuleCounts counts = state.Count(rule, at.Wall);
            counts.Notifications++;
            if (reason == AlertNotificationReason.Escalation)
                counts.Escalated++;
        }

        return id;
    }

    /// <summary>A sign of life, which is about no alert that is kept.</summary>
    public void MakeWatchdog(string receiver, Instant at)
    {
        var alert = new Alert
        {
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Alert.NameLabel] = "varai_watchdog", [Alert.SeverityLabel] = "info" },
            Annotations = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["summary"] = $"Notifications of {environment} come through.",
            },
            StartsAt = at.Wall,
        };
        foreach (ReceiverChannel channel in plan.Receivers[receiver])
        {
            string key = $"watchdog:{receiver}";
            string id = NextId(key, channel.Channel, at);
            state.Add(id, new PendingEntry(channel.Channel, new AlertNotification
            {
                Id = id,
                Reason = AlertNotificationReason.Watchdog,
                Receiver = receiver,
                GroupKey = key,
                GroupLabels = new Dictionary<string, string>(StringComparer.Ordinal),
                Alerts = [alert],
                At = at.Wall,
                Environment = environment,
                ExternalUrl = plan.Options.ExternalUrl,
            }));
        }
    }

    /// <summary>An alert as others see it: one that fires has no end, so that it does not end on the way.</summary>
    public Alert Show(AlertEntry alert, Instant at)
    {
        bool isFlapping = flaps.IsFlapping(alert, at.Now);
        DateTimeOffset? end = isFlapping || alert.IsFiring(at.Now) ? null : Earlier(at.ToWall(alert.EndsAt), at.Wall);
        return new Alert
        {
            Labels = alert.Labels,
            Annotations = isFlapping
                ? new SortedDictionary<string, string>(alert.Annotations.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal)
                {
                    [FlappingAnnotation] = string.Create(CultureInfo.InvariantCulture,
                        $"It began or ended more than {plan.Options.FlapLimit} times within {plan.Options.FlapWindow}: it counts as firing until it is quieter."),
                }
                : alert.Annotations,
            StartsAt = end < alert.StartsAt ? end.Value : alert.StartsAt, // a wall clock that was set back may show less than it did
            EndsAt = end,
            Value = alert.Value,
            GeneratorUrl = alert.GeneratorUrl,
        };
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    // The number of the notification tells it from those of a group of the same key before it, the time from those of a store that was
    // restored since. Sorted by it, notifications are in their order.
    private string NextId(string groupKey, string channel, Instant at)
    {
        long sequence = ++state.Meta.Sequence;
        string text = string.Create(CultureInfo.InvariantCulture, $"{environment}\n{groupKey}\n{channel}\n{sequence}\n{at.Wall.UtcTicks}");
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return string.Create(CultureInfo.InvariantCulture, $"{sequence:x12}-{hash.AsSpan(0, 20)}");
    }
}
