namespace Varai.Monitoring.Notifications.Routing;

/// <summary>The options, compiled: what alerts are judged by. It never changes.</summary>
internal sealed class NotificationPlan
{
    public const string DefaultReceiver = "default";

    public required CompiledRoute Root { get; init; }

    /// <summary>The channels of each receiver.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<ReceiverChannel>> Receivers { get; init; }

    /// <summary>The names of all channels there are.</summary>
    public required IReadOnlyList<string> Channels { get; init; }

    /// <summary>The names of those that hand alerts on to a system of its own.</summary>
    public required IReadOnlySet<string> ForwardingChannels { get; init; }

    public required IReadOnlyList<InhibitRule> InhibitRules { get; init; }

    public required AlertNotificationOptions Options { get; init; }

    public IReadOnlyDictionary<string, CompiledRoute> Routes => field ??= Root.WithAllBelow().ToDictionary(r => r.Id, StringComparer.Ordinal);

    /// <summary>Changes when alerts may take other routes or be in other groups.</summary>
    public string Shape => field ??= string.Join(
        '\n', Root.WithAllBelow().Select(r => $"{r.Id}|{r.Receiver}|{r.Continue}|{r.GroupsByAll}|{string.Join(',', r.GroupBy.Order(StringComparer.Ordinal))}"));
}
