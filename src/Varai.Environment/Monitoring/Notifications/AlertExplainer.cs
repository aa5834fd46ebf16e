using System.Globalization;
using Varai.Monitoring.Notifications.Dispatching;
using Varai.Monitoring.Notifications.Routing;

namespace Varai.Monitoring.Notifications;

/// <summary>Says how things stand at a moment.</summary>
internal sealed class AlertExplainer(DispatchMachine machine, Instant at)
{
    private readonly Inhibition _inhibition = machine.Muting.InhibitionAt(at.Now);

    public IReadOnlyList<AlertGroup> Groups() =>
    [
        .. machine.State.Groups.Values
            .Where(g => g.Members.Count > 0 && machine.Plan.Routes.ContainsKey(g.RouteId))
            .Select(Show)
            .OrderBy(g => g.Receiver, StringComparer.Ordinal)
            .ThenBy(g => g.Key, StringComparer.Ordinal),
    ];

    public AlertExplanation Explain(Alert alert)
    {
        bool isKnown = machine.State.Alerts.ContainsKey(alert.Fingerprint);
        if (!isKnown)
            machine.Apply(new InboxEntry { Alerts = [alert] }, at);
        AlertEntry? entry = machine.State.Alerts.GetValueOrDefault(alert.Fingerprint);
        IReadOnlyDictionary<string, string> labels = entry?.Labels ?? alert.Labels;
        return new AlertExplanation
        {
            Alert = entry is null ? new AlertGroupMember { Alert = alert, Status = alert.StatusAt(at.Wall) } : Show(entry),
            At = at.Wall,
            IsKnown = isKnown,
            Routes = [.. machine.Plan.Root.Match(labels).Select(r => Explain(r, labels, entry, isKnown))],
        };
    }

    private AlertRouteExplanation Explain(CompiledRoute route, IReadOnlyDictionary<string, string> labels, AlertEntry? entry, bool isKnown)
    {
        string key = route.GroupKey(route.GroupLabels(labels));
        GroupEntry? group = machine.State.Groups.GetValueOrDefault(key);
        return new AlertRouteExplanation
        {
            Route = route.Id,
            Receiver = route.Receiver,
            GroupKey = key,
            GroupWait = route.GroupWait,
            GroupInterval = route.GroupInterval,
            RepeatInterval = route.RepeatInterval,
            NextFlushAt = group is not null && (isKnown || group.Members.Count > 1 || group.HasFlushed) ? at.ToWall(group.NextFlushAt) : null,
            Channels = [.. machine.Plan.Receivers[route.Receiver].Select(c => Explain(route, c, group, entry))],
        };
    }

    private AlertChannelExplanation Explain(CompiledRoute route, ReceiverChannel channel, GroupEntry? group, AlertEntry? entry)
    {
        if (group is null || entry is null || !group.Members.Contains(entry.Fingerprint))
            return new AlertChannelExplanation(channel.Channel, IsDue: false, "the alert does not fire, and the group has nothing to tell of it");
        if (FailureAlerts.IsAbout(entry, channel.Channel))
            return new AlertChannelExplanation(channel.Channel, IsDue: false, "it is the channel that fails");
        if (_inhibition.Find(entry.Labels) is { Count: > 0 } inhibiting)
            return new AlertChannelExplanation(channel.Channel, IsDue: false, $"it is inhibited by {string.Join(", ", inhibiting)}");
        if (Muting.FindQuietTime(route, at.Wall) is { } quiet)
            return new AlertChannelExplanation(channel.Channel, IsDue: false, quiet);
        if (machine.Muting.FindSilences(entry.Labels, at.Wall) is { Count: > 0 } silences)
            return new AlertChannelExplanation(channel.Channel, IsDue: false, $"it is silenced by {string.Join(", ", silences)}");
        if (machine.State.IsHeld(route.Receiver, channel.Channel, group.Key))
            return new AlertChannelExplanation(channel.Channel, IsDue: false, "the receiver has had as many notifications as it may: it waits for the digest");
        List<AlertEntry> passing = machine.Muting.Pass(route, machine.Groups.MembersOf(group), _inhibition, at);
        RepetitionCause cause = machine.Groups.Look(group, route, channel, passing, at).Cause;
        string last = group.Log.GetValueOrDefault(channel.Channel) is { } told && told.At > DateTimeOffset.MinValue
            ? string.Create(CultureInfo.InvariantCulture, $", last told at {at.ToWall(told.At):u}")
            : "";
        return new AlertChannelExplanation(channel.Channel, cause != RepetitionCause.None, cause switch
        {
            RepetitionCause.First => "the group was not told yet",
            RepetitionCause.NewFiring => $"something new fires{last}",
            RepetitionCause.AllResolved => channel.SendResolved ? $"everything has ended{last}" : $"everything has ended, which the channel is not told{last}",
            RepetitionCause.NewResolved => $"something has ended{last}",
            RepetitionCause.Repeat => $"it is time to tell it again{last}",
            _ => entry.IsAcknowledged(at.Now) ? $"it is acknowledged, and nothing is new{last}" : $"nothing is new, and it is not time to tell it again{last}",
        });
    }

    private AlertGroup Show(GroupEntry group)
    {
        CompiledRoute route = machine.Plan.Routes[group.RouteId];
        DateTimeOffset[] told = [.. group.Log.Values.Select(l => l.At).Where(t => t > DateTimeOffset.MinValue)];
        return new AlertGroup
        {
            Key = group.Key,
            Receiver = route.Receiver,
            Labels = group.Labels,
            Alerts = [.. machine.Groups.MembersOf(group).Select(Show).OrderBy(m => m.Status).ThenByDescending(m => m.Alert.Severity).ThenBy(m => m.Alert.StartsAt).ThenBy(m => m.Alert.Fingerprint, StringComparer.Ordinal)],
            NextFlushAt = at.ToWall(group.NextFlushAt),
            NotifiedAt = told.Length == 0 ? null : at.ToWall(told.Max()),
            NextEscalationAt = group.Escalation?.NextAt is { } next ? at.ToWall(next) : null,
        };
    }

    private AlertGroupMember Show(AlertEntry alert) => new()
    {
        Alert = machine.Show(alert, at),
        Status = machine.Flaps.CountsAsFiring(alert, at.Now) ? AlertStatus.Firing : AlertStatus.Resolved,
        Acknowledgement = alert.IsAcknowledged(at.Now)
            ? new AlertAcknowledgement(alert.Ack!.Author, alert.Ack.Reason, at.ToWall(alert.Ack.At), alert.Ack.ExpiresAt is { } end ? at.ToWall(end) : null)
            : null,
        SilencedBy = machine.Muting.FindSilences(alert.Labels, at.Wall),
        InhibitedBy = _inhibition.Find(alert.Labels),
        IsFlapping = machine.Flaps.IsFlapping(alert, at.Now),
    };
}
