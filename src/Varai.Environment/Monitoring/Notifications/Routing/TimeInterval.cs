namespace Varai.Monitoring.Notifications.Routing;

/// <summary>A named set of times.</summary>
internal sealed record TimeInterval(string Name, IReadOnlyList<TimePeriod> Periods)
{
    // Longer than any interval but one of months or years, at whose end it is looked again.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(8);

    public bool Contains(DateTimeOffset moment) => Periods.Any(p => p.Contains(moment));

    /// <summary>The first full minute after a moment that none of the intervals contains, or where to look again.</summary>
    public static DateTimeOffset EndAfter(IReadOnlyList<TimeInterval> intervals, DateTimeOffset moment)
    {
        DateTimeOffset end = new DateTimeOffset(moment.UtcTicks - (moment.UtcTicks % TimeSpan.TicksPerMinute), TimeSpan.Zero).AddMinutes(1);
        DateTimeOffset last = moment + Horizon;
        while (end < last && intervals.Any(i => i.Contains(end)))
            end = end.AddMinutes(1);
        return end;
    }
}
