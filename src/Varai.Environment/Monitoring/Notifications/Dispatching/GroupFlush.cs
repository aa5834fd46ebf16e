using Varai.Monitoring.Notifications.Routing;

namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>Looks at a group whose time has come, and tells what there is to tell.</summary>
internal sealed class GroupFlush(NotificationPlan plan, DispatchState state, FlapDamping flaps, Muting muting, ReceiverLimits limits, NotificationMaker maker, ToldLog log)
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
        IReadOnlyList<ReceiverChannel> channels = ChannelsOf(route.Receiver, passing);
        foreach (ReceiverChannel channel in channels)
            Tell(group, route, channel, passing, at);
        foreach (string further in group.Log.Keys.Where(k => channels.All(c => c.Channel != k) && plan.Channels.Contains(k)).Order(StringComparer.Ordinal).ToArray())
            TellEnds(group, route, further, passing, at);
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
        if (alerts.Length > 0 && !alerts.Any(a => flaps.CountsAsFiring(a, at.Now)))
        {
            // All digests have one key: this one must not end what an earlier one told and what goes on.
            alerts = [.. alerts, .. Known(receiver).Where(a => flaps.CountsAsFiring(a, at.Now))];
        }

        string id = "";
        if (alerts.Length > 0)
        {
            limits.Count(receiver, at.Now);
            id = maker.Make(
                AlertNotificationReason.Digest, receiver.Receiver, receiver.Channel, DigestKeyOf(receiver),
                new Dictionary<string, string>(StringComparer.Ordinal), alerts, at);
            string[] firing = [.. alerts.Where(a => flaps.CountsAsFiring(a, at.Now)).Select(a => a.Fingerprint)];
            receiver.Digested.UnionWith(firing);
            if (firing.Length == 0)
                receiver.Digested.Clear();
        }

        foreach ((GroupEntry group, GroupPart part) in parts)
            log.Note(group, receiver.Channel, receiver: null, part, id, at.Now);
    }

    /// <summary>Tells, when all that digests told as firing has ended, that it has: a channel may have opened something under the digest's key.</summary>
    public void EndDigest(ReceiverEntry receiver, Instant at)
    {
        if (receiver.Digested.Count == 0 || receiver.Held.Count > 0)
            return;
        AlertEntry[] known = [.. Known(receiver)];
        if (known.Any(a => flaps.CountsAsFiring(a, at.Now)))
            return;

        // An alert that fires again before its group is looked at is not told again.
        if (state.Groups.Values.Any(g => g.Log.GetValueOrDefault(receiver.Channel)?.Firing.Any(m => receiver.Digested.Contains(ToldLog.FingerprintOf(m))) == true))
            return;
        receiver.Digested.Clear();
        state.Touch(receiver);
        if (known.Length > 0 && plan.Channels.Contains(receiver.Channel) && SendsResolved(receiver.Receiver, receiver.Channel))
        {
            maker.Make(
                AlertNotificationReason.Digest, receiver.Receiver, receiver.Channel, DigestKeyOf(receiver),
                new Dictionary<string, string>(StringComparer.Ordinal), known, at);
        }
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

            string mark = log.MarkOf(alert, at.Now);
            firing.Add(mark);
            isUrgent |= last?.Firing.Contains(mark) != true && IsCritical(alert);
        }

        RepetitionCause cause = Repetition.Judge(last, firing, resolved, channel.SendResolved, route.RepeatInterval, at.Now);
        if (cause == RepetitionCause.Repeat && !plan.ForwardingChannels.Contains(channel.Channel)
            && alerts.All(a => !flaps.CountsAsFiring(a, at.Now) || a.IsAcknowledged(at.Now)))
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

        log.Note(group, channel.Channel, receiver: null, part, id, at.Now);
    }

    /// <summary>Tells a channel that is not one of the receiver's, and that was told by an escalation or because others failed, of what has ended
    /// since. Of anything else it is told only in the way in which it was before.</summary>
    private void TellEnds(GroupEntry group, CompiledRoute route, string channel, List<AlertEntry> passing, Instant at)
    {
        LogEntry last = group.Log[channel];
        HashSet<string> known = [.. last.Firing.Select(ToldLog.FingerprintOf)];
        AlertEntry[] told = [.. passing.Where(a => known.Contains(a.Fingerprint))];
        HashSet<string> ended = [.. told.Where(a => !flaps.CountsAsFiring(a, at.Now)).Select(a => a.Fingerprint)];
        if (ended.Count == 0)
            return;
        string receiver = last.Receiver ?? route.Receiver;
        string id = SendsResolved(receiver, channel)
            ? maker.Make(AlertNotificationReason.Group, receiver, channel, group.Key, group.Labels, told, at)
            : "";
        HashSet<string> firing = [.. last.Firing.Where(m => !ended.Contains(ToldLog.FingerprintOf(m)))];
        log.Note(group, channel, last.Receiver, new GroupPart(RepetitionCause.NewResolved, told, firing, ended, IsUrgent: false), id, at.Now);
    }

    private IEnumerable<AlertEntry> Known(ReceiverEntry receiver) =>
        receiver.Digested.Order(StringComparer.Ordinal).Select(f => state.Alerts.GetValueOrDefault(f)).OfType<AlertEntry>();

    private bool SendsResolved(string receiver, string channel) =>
        plan.Receivers.GetValueOrDefault(receiver)?.FirstOrDefault(c => c.Channel == channel)?.SendResolved != false;

    private static string DigestKeyOf(ReceiverEntry receiver) => $"digest:{receiver.Receiver}:{receiver.Channel}";

    private static bool IsCritical(AlertEntry alert) =>
        string.Equals(alert.Labels.GetValueOrDefault(Alert.SeverityLabel), nameof(AlertSeverity.Critical), StringComparison.OrdinalIgnoreCase);
}
