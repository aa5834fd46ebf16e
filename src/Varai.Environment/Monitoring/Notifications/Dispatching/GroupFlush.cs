using Varai.Monitoring.Notifications.Routing;

namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>Looks at a group whose time has come, and tells what there is to tell.</summary>
internal sealed class GroupFlush(NotificationPlan plan, DispatchState state, FlapDamping flaps, Muting muting, ReceiverLimits limits, NotificationMaker maker)
{
    // What became of a notification is mostly known within seconds; if it never is, it counts as delivered.
    private static readonly TimeSpan LongestDelivery = TimeSpan.FromDays(1);

    public IEnumerable<AlertEntry> MembersOf(GroupEntry group) => group.Members.Select(m => state.Alerts.GetValueOrDefault(m)).OfType<AlertEntry>();

    /// <summary>Tells what there is to tell, and sets the next time.</summary>
    /// <returns>The alerts that nothing keeps back.</returns>
    public IReadOnlyList<AlertEntry> Run(GroupEntry group, CompiledRoute route, Inhibition inhibition, Instant at)
    {
        group.NextFlushAt = Instant.Add(at.Now, route.GroupInterval);
        group.HasFlushed = true;
        state.Touch(group);
        List<AlertEntry> passing = muting.Pass(route, MembersOf(group), inhibition, at);
        foreach (ReceiverChannel channel in ChannelsOf(route.Receiver, passing))
            Tell(group, route, channel, passing, at);
        foreach (AlertEntry alert in MembersOf(group).ToArray())
            RemoveIfTold(group, route.Receiver, alert, at.Now);
        return passing;
    }

    /// <summary>Tells, in one digest, what was held for a receiver.</summary>
    public void RunDigest(ReceiverEntry receiver, Inhibition inhibition, Instant at)
    {
        string[] held = [.. receiver.Held.Order(StringComparer.Ordinal)];
        receiver.Held.Clear();
        state.Touch(receiver);
        var parts = new List<(GroupEntry Group, GroupPart Part)>();
        bool sendsResolved = true;
        foreach (string key in held)
        {
            if (!state.Groups.TryGetValue(key, out GroupEntry? group) || !plan.Routes.TryGetValue(group.RouteId, out CompiledRoute? route))
                continue;
            List<AlertEntry> passing = muting.Pass(route, MembersOf(group), inhibition, at);
            ReceiverChannel channel = ChannelsOf(route.Receiver, passing).FirstOrDefault(c => c.Channel == receiver.Channel)
                ?? new ReceiverChannel(receiver.Channel, SendResolved: true);
            sendsResolved = channel.SendResolved;
            GroupPart part = Look(group, route, channel, passing, at);
            if (part.Cause != RepetitionCause.None)
                parts.Add((group, part));
        }

        AlertEntry[] alerts = [.. parts.SelectMany(p => p.Part.Alerts).Where(a => sendsResolved || flaps.CountsAsFiring(a, at.Now)).Distinct()];
        string id = "";
        if (alerts.Length > 0)
        {
            limits.Count(receiver, at.Now);
            id = maker.Make(
                AlertNotificationReason.Digest, receiver.Receiver, receiver.Channel, $"digest:{receiver.Receiver}:{receiver.Channel}",
                new Dictionary<string, string>(StringComparer.Ordinal), alerts, at);
        }

        foreach ((GroupEntry group, GroupPart part) in parts)
            Note(group, receiver.Channel, part, id, at.Now);
    }

    /// <summary>What a group has for a channel now.</summary>
    public GroupPart Look(GroupEntry group, CompiledRoute route, ReceiverChannel channel, IEnumerable<AlertEntry> passing, Instant at)
    {
        AlertEntry[] alerts = [.. passing.Where(a => !FailureAlerts.IsAbout(a, channel.Channel))];
        var firing = new HashSet<string>(StringComparer.Ordinal);
        var resolved = new HashSet<string>(StringComparer.Ordinal);
        LogEntry? last = group.Log.GetValueOrDefault(channel.Channel);
        bool isUrgent = false;
        foreach (AlertEntry alert in alerts)
        {
            if (!flaps.CountsAsFiring(alert, at.Now))
            {
                resolved.Add(alert.Fingerprint);
                continue;
            }

            string mark = flaps.IsFlapping(alert, at.Now) ? $"{alert.Fingerprint}~" : alert.Fingerprint;
            firing.Add(mark);
            isUrgent |= last?.Firing.Contains(mark) != true && IsCritical(alert);
        }

        RepetitionCause cause = Repetition.Judge(last, firing, resolved, channel.SendResolved, route.RepeatInterval, at.Now);
        if (cause == RepetitionCause.Repeat && alerts.All(a => !flaps.CountsAsFiring(a, at.Now) || a.IsAcknowledged(at.Now)))
            cause = RepetitionCause.None;
        return new GroupPart(cause, alerts, firing, resolved, isUrgent);
    }

    /// <summary>The channels of a receiver; and where all of them fail, all others there are.</summary>
    public IReadOnlyList<ReceiverChannel> ChannelsOf(string receiver, IReadOnlyList<AlertEntry> alerts)
    {
        IReadOnlyList<ReceiverChannel> own = plan.Receivers[receiver];
        if (own.Count == 0 || !own.All(c => alerts.Any(a => FailureAlerts.IsAbout(a, c.Channel))))
            return own;
        return [.. own, .. plan.Channels.Where(c => own.All(o => o.Channel != c)).Select(c => new ReceiverChannel(c, SendResolved: true))];
    }

    /// <summary>Forgets an alert that has ended and of which every channel knows, or that nobody was to be told of.</summary>
    public void RemoveIfTold(GroupEntry group, string receiver, AlertEntry alert, DateTimeOffset now)
    {
        if (flaps.CountsAsFiring(alert, now) || plan.Channels.Any(c => state.IsHeld(receiver, c, group.Key)))
            return;
        bool isOnItsWay = group.Log.Values.Any(l => !l.IsConfirmed && l.Resolved.Contains(alert.Fingerprint) && Instant.Add(l.At, LongestDelivery) > now);
        if (isOnItsWay)
            return;
        group.Members.Remove(alert.Fingerprint);
        if (group.Members.Count == 0)
            group.EmptySince ??= now;
        state.Touch(group);
    }

    private void Tell(GroupEntry group, CompiledRoute route, ReceiverChannel channel, List<AlertEntry> passing, Instant at)
    {
        GroupPart part = Look(group, route, channel, passing, at);
        if (part.Alerts.Count == 0 || part.Cause == RepetitionCause.None)
            return;
        AlertEntry[] told = channel.SendResolved ? [.. part.Alerts] : [.. part.Alerts.Where(a => flaps.CountsAsFiring(a, at.Now))];
        string id = "";
        if (told.Length > 0)
        {
            if (!limits.TryTake(route.Receiver, channel.Channel, group.Key, part.IsUrgent, at.Now))
                return;
            id = maker.Make(AlertNotificationReason.Group, route.Receiver, channel.Channel, group.Key, group.Labels, told, at);
        }

        Note(group, channel.Channel, part, id, at.Now);
    }

    private void Note(GroupEntry group, string channel, GroupPart part, string id, DateTimeOffset now)
    {
        LogEntry? last = group.Log.GetValueOrDefault(channel);
        group.Log[channel] = new LogEntry
        {
            Id = id,
            At = now,
            Firing = part.Firing,
            Resolved = part.Resolved,
            IsConfirmed = id.Length == 0,
            Before = last is null ? null : last.IsConfirmed ? last.Firing : last.Before,
        };
        state.Touch(group);
    }

    private static bool IsCritical(AlertEntry alert) =>
        string.Equals(alert.Labels.GetValueOrDefault(Alert.SeverityLabel), nameof(AlertSeverity.Critical), StringComparison.OrdinalIgnoreCase);
}
