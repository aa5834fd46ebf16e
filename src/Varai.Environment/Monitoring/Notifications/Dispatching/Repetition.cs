namespace Varai.Monitoring.Notifications.Dispatching;

/// <summary>Whether there is something to tell that was not told.</summary>
internal static class Repetition
{
    /// <summary>Judges, in the order in which Alertmanager does.</summary>
    /// <param name="last">What was told last; null when nothing was.</param>
    /// <param name="firing">What fires.</param>
    /// <param name="resolved">What has ended.</param>
    /// <param name="sendsResolved">Whether ends are told.</param>
    /// <param name="repeat">After how long the same is told again.</param>
    /// <param name="now">The moment.</param>
    public static RepetitionCause Judge(
        LogEntry? last, IReadOnlySet<string> firing, IReadOnlySet<string> resolved, bool sendsResolved, TimeSpan repeat, DateTimeOffset now)
    {
        if (last is null)
            return firing.Count > 0 ? RepetitionCause.First : RepetitionCause.None;
        if (!firing.IsSubsetOf(last.Firing))
            return RepetitionCause.NewFiring;
        if (firing.Count == 0)
            return last.Firing.Count > 0 ? RepetitionCause.AllResolved : RepetitionCause.None;
        if (sendsResolved && !resolved.IsSubsetOf(last.Resolved))
            return RepetitionCause.NewResolved;
        return last.At < Instant.Add(now, -repeat) ? RepetitionCause.Repeat : RepetitionCause.None;
    }
}
