using Varai.Monitoring.Notifications.Routing;

namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>Goes on to the next people while nobody acknowledges.</summary>
internal sealed class Escalations(NotificationPlan plan, FlapDamping flaps, Muting muting, NotificationMaker maker, ToldLog log)
{
    // When alerts that nobody is told of are looked at again.
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    /// <summary>Begins when a group that was told has something that nobody has acknowledged, unless it has begun.</summary>
    public void Begin(GroupEntry group, CompiledRoute route, IEnumerable<AlertEntry> passing, DateTimeOffset now)
    {
        if (route.Escalation is not { } policy || group.Log.Count == 0)
        {
            group.Escalation = null;
            return;
        }

        AlertEntry[] live = [.. passing.Where(a => IsLive(a, now))];
        bool isNew = group.Escalation is not { } going || (going.Ended is { } ended && live.Any(a => !ended.Contains(a.Fingerprint)));
        if (live.Length > 0 && isNew)
            group.Escalation = new EscalationEntry { NextAt = Instant.Add(now, policy.Steps[0].After) };
    }

    /// <summary>Ends when nothing is left that nobody takes care of.</summary>
    /// <returns>Whether it ended.</returns>
    public bool EndIfDone(GroupEntry group, IEnumerable<AlertEntry> members, DateTimeOffset now)
    {
        if (group.Escalation is null || members.Any(a => IsLive(a, now)))
            return false;
        group.Escalation = null;
        return true;
    }

    /// <summary>Takes the step that is due.</summary>
    public void Step(GroupEntry group, CompiledRoute route, IReadOnlyList<AlertEntry> members, Inhibition inhibition, Instant at)
    {
        if (route.Escalation is not { } policy || EndIfDone(group, members, at.Now))
        {
            group.Escalation = null;
            return;
        }

        // The policy may have become shorter since the escalation began.
        EscalationEntry going = group.Escalation!;
        going.Step = Math.Min(going.Step, policy.Steps.Count);
        AlertEntry[] live = [.. muting.Pass(route, members.Where(a => IsLive(a, at.Now)), inhibition, at)];
        bool isCritical = live.Any(a => maker.Show(a, at).Severity == AlertSeverity.Critical);
        if (live.Length == 0)
        {
            going.NextAt = Instant.Add(at.Now, LookAgain);
        }
        else if (!isCritical && policy.Quiet.Any(i => i.Contains(at.Wall)))
        {
            going.NextAt = at.FromWall(TimeInterval.EndAfter(policy.Quiet, at.Wall));
        }
        else if (going.Step < policy.Steps.Count)
        {
            foreach (string receiver in policy.Steps[going.Step].Receivers)
                Tell(group, receiver, live, at);
            Advance(going, policy, members, isCritical, at.Now);
        }
        else
        {
            if (isCritical && policy.LastResort is { } last)
                Tell(group, last, live, at);
            End(going, members, at.Now);
        }
    }

    private void Advance(EscalationEntry going, EscalationPolicy policy, IEnumerable<AlertEntry> members, bool isCritical, DateTimeOffset now)
    {
        going.Step++;
        if (going.Step == policy.Steps.Count && going.Round < policy.Repeat)
        {
            going.Round++;
            going.Step = 0;
        }

        if (going.Step < policy.Steps.Count)
            going.NextAt = Instant.Add(now, policy.Steps[going.Step].After);
        else if (policy.LastResort is not null && isCritical)
            going.NextAt = Instant.Add(now, policy.LastResortAfter);
        else
            End(going, members, now);
    }

    private void End(EscalationEntry going, IEnumerable<AlertEntry> members, DateTimeOffset now)
    {
        going.NextAt = null;
        going.Ended = members.Where(a => IsLive(a, now)).Select(a => a.Fingerprint).ToHashSet(StringComparer.Ordinal);
    }

    private void Tell(GroupEntry group, string receiver, IReadOnlyCollection<AlertEntry> alerts, Instant at)
    {
        foreach (ReceiverChannel channel in plan.Receivers[receiver])
        {
            AlertEntry[] told = [.. alerts.Where(a => !FailureAlerts.IsAbout(a, channel.Channel))];
            if (told.Length == 0)
                continue;
            string id = maker.Make(AlertNotificationReason.Escalation, receiver, channel.Channel, group.Key, group.Labels, told, at);
            log.NoteFurther(group, channel.Channel, receiver, told, id, at.Now);
        }
    }

    private bool IsLive(AlertEntry alert, DateTimeOffset now) => flaps.CountsAsFiring(alert, now) && !alert.IsAcknowledged(now);
}
