namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>Notes what channels were told of a group.</summary>
internal sealed class ToldLog(DispatchState state, FlapDamping flaps)
{
    /// <summary>How an alert that is told as firing is noted. One that begins to flap, or ends to, has another mark, so that this is told.</summary>
    public string MarkOf(AlertEntry alert, DateTimeOffset now) => flaps.IsFlapping(alert, now) ? $"{alert.Fingerprint}~" : alert.Fingerprint;

    /// <summary>The alert of a mark.</summary>
    public static string FingerprintOf(string mark) => mark.TrimEnd('~');

    /// <summary>Notes all that a channel was told of a group now.</summary>
    public void Note(GroupEntry group, string channel, string? receiver, GroupPart part, string id, DateTimeOffset now)
    {
        group.Log[channel] = new LogEntry
        {
            Id = id,
            At = now,
            Receiver = receiver,
            Firing = part.Firing,
            Resolved = part.Resolved,
            IsConfirmed = id.Length == 0,
            Before = Accepted(group.Log.GetValueOrDefault(channel)),
        };
        state.Touch(group);
    }

    /// <summary>Notes what a channel was told as firing in addition, so that it is told the end, too.</summary>
    public void NoteFurther(GroupEntry group, string channel, string receiver, IEnumerable<AlertEntry> alerts, string id, DateTimeOffset now)
    {
        LogEntry? last = group.Log.GetValueOrDefault(channel);
        HashSet<string> firing = [.. alerts.Select(a => MarkOf(a, now)), .. last?.Firing ?? []];
        if (last is { IsConfirmed: true } && firing.Count == last.Firing.Count)
            return;
        group.Log[channel] = new LogEntry
        {
            Id = id,
            At = last?.At ?? now,
            Receiver = last is null ? receiver : last.Receiver ?? receiver,
            Firing = firing,
            Resolved = last?.Resolved ?? [],
            Before = Accepted(last),
        };
        state.Touch(group);
    }

    private static HashSet<string>? Accepted(LogEntry? last) => last is null ? null : last.IsConfirmed ? last.Firing : last.Before;
}
