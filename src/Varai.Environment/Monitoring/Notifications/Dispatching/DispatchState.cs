using System.Globalization;

namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>All that is known of alerts, and which parts of it have changed since they were written.</summary>
internal sealed class DispatchState
{
    public MetaEntry Meta { get; set; } = new();

    public Dictionary<string, AlertEntry> Alerts { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, GroupEntry> Groups { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SilenceEntry> Silences { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ReceiverEntry> Receivers { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Dictionary<string, RuleCounts>> Days { get; } = new(StringComparer.Ordinal);

    /// <summary>By id, in the order in which they were made.</summary>
    public SortedDictionary<string, PendingEntry> Pending { get; } = new(StringComparer.Ordinal);

    public HashSet<(StateKind Kind, string Key)> Changed { get; } = [];

    /// <summary>Alerts are kept together by the first two digits of their fingerprints.</summary>
    public static string BucketOf(string fingerprint) => fingerprint[..2];

    public static string DayOf(DateTimeOffset wall) => wall.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    public void Touch(AlertEntry alert) => Changed.Add((StateKind.Alerts, BucketOf(alert.Fingerprint)));

    public void Touch(GroupEntry group) => Changed.Add((StateKind.Group, group.Key));

    public void Touch(ReceiverEntry receiver) => Changed.Add((StateKind.Receiver, ReceiverEntry.KeyOf(receiver.Receiver, receiver.Channel)));

    public void Touch(SilenceEntry silence) => Changed.Add((StateKind.Silence, silence.Id));

    public void Add(GroupEntry group)
    {
        Groups.Add(group.Key, group);
        Touch(group);
    }

    public void Remove(GroupEntry group)
    {
        Groups.Remove(group.Key);
        Touch(group);
        foreach (ReceiverEntry receiver in Receivers.Values)
        {
            if (receiver.Held.Remove(group.Key))
                Touch(receiver);
        }
    }

    public void Remove(AlertEntry alert)
    {
        Alerts.Remove(alert.Fingerprint);
        Touch(alert);
    }

    public void Add(string id, PendingEntry pending)
    {
        Pending.Add(id, pending);
        Changed.Add((StateKind.Pending, id));
    }

    public ReceiverEntry Receiver(string receiver, string channel)
    {
        string key = ReceiverEntry.KeyOf(receiver, channel);
        if (!Receivers.TryGetValue(key, out ReceiverEntry? entry))
            Receivers.Add(key, entry = new ReceiverEntry { Receiver = receiver, Channel = channel });
        return entry;
    }

    public bool IsHeld(string receiver, string channel, string group) =>
        Receivers.TryGetValue(ReceiverEntry.KeyOf(receiver, channel), out ReceiverEntry? entry) && entry.Held.Contains(group);

    /// <summary>What is counted for a rule on the day of a moment; counting changes the day.</summary>
    public RuleCounts Count(string rule, DateTimeOffset wall)
    {
        string day = DayOf(wall);
        if (!Days.TryGetValue(day, out Dictionary<string, RuleCounts>? rules))
            Days.Add(day, rules = new Dictionary<string, RuleCounts>(StringComparer.Ordinal));
        Changed.Add((StateKind.Day, day));

        // Names of rules are few; names that somebody makes up are counted together.
        const int most = 5_000;
        string name = rules.Count < most || rules.ContainsKey(rule) ? rule : "...";
        if (!rules.TryGetValue(name, out RuleCounts? counts))
            rules.Add(name, counts = new RuleCounts());
        return counts;
    }
}
