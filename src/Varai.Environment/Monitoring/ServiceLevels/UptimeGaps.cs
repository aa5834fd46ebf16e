namespace Varai.Monitoring.ServiceLevels;

/// <summary>The slots of uptime that nobody probed.</summary>
internal static class UptimeGaps
{
    // A node that runs writes what it probed within this time: what is missing then may be known to it.
    private static readonly TimeSpan ShortestGap = ServiceLevelService.WriteInterval * 2;

    /// <summary>Whether a slot that begins at a moment is one of maintenance.</summary>
    public static bool IsMaintenance(this UptimeSlots slots, DateTimeOffset start, ServiceLevelObjective objective) =>
        slots.Maintenance.Any(window => window.Contains(start, objective.TimeZone));

    /// <summary>The slots between the last one that any node probed and the next, as the rule has it.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="until">Where the last one ended; null when there was none yet.</param>
    /// <param name="next">Where the next one begins.</param>
    public static IEnumerable<CountedEvents> Fill(ServiceLevelObjective objective, DateTimeOffset? until, DateTimeOffset next)
    {
        if (objective.Indicator.Uptime is not { NoData: not NoDataRule.Excluded } slots || until is not { } end || next - end <= ShortestGap)
            yield break;

        // What is older than a period counts for nothing; months that long ago are not told again.
        DateTimeOffset start = end > next - objective.Period ? end : next - (slots.Length * Math.Floor(objective.Period / slots.Length));
        for (; start < next; start += slots.Length)
        {
            if (!slots.IsMaintenance(start, objective))
                yield return new CountedEvents(start, slots.NoData == NoDataRule.Up ? 1 : 0, 1);
        }
    }
}
