namespace Varai.Monitoring.Windows;

/// <summary>The state of the windows while queries are read from them. Used under the lock of the windows, again and again.</summary>
internal sealed class WindowReading(
    WindowLayout layout, WindowClock clock, Sketches.SketchCounts scratch, Func<string, MetricStore?> storeOf)
{
    private long _now;
    private long? _at;
    private int _open;

    /// <summary>Where the values of a group are added up.</summary>
    public QueryTotals Totals { get; private set; } = new(scratch, clock);

    public void Begin(long now, int open, DateTimeOffset? at, bool explains)
    {
        (_now, _open, _at) = (now, open, at is { } moment ? clock.Of(moment) : null);
        if (explains || Totals.Explains)
            Totals = new QueryTotals(scratch, clock) { Explains = explains };
    }

    /// <summary>The series of a metric; null when there is no such metric.</summary>
    public MetricStore? StoreOf(string metric) => storeOf(metric);

    public SlotRange RangeOf(TimeSpan length) => SlotRange.Create(layout, _open, _now, _at, length);

    public static long From(in SlotRange range) => range.From * WindowLayout.TicksOfSlot;

    public long To(in SlotRange range) => Math.Min(_now, range.To * WindowLayout.TicksOfSlot);

    /// <summary>Moves what gathered in a series to its open slot.</summary>
    public void Move(Series series) => series.MoveTo(_open, series, layout, scratch);
}
