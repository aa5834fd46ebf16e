using Varai.Monitoring.Sketches;

namespace Varai.Monitoring.Windows;

/// <summary>What a query has read of a group of series so far. Used again from group to group.</summary>
internal sealed class QueryTotals(SketchCounts sketch, WindowClock clock)
{
    private readonly List<MetricExplainedSeries> _explained = [];
    private List<MetricSlot> _slots = [];

    /// <summary>Whether sketches have to be merged.</summary>
    public bool WantsSketch { get; set; }

    /// <summary>Whether the slots are remembered for an explanation.</summary>
    public bool Explains { get; init; }

    /// <summary>Whether there is anything: a measurement, or a counter that did not grow.</summary>
    public bool HasValue { get; set; }

    public double Sum { get; set; }

    public long Count { get; private set; }

    public double Min { get; private set; }

    public double Max { get; private set; }

    /// <summary>The latest values of the series that are done, added up.</summary>
    public double Last { get; private set; }

    /// <summary>The latest value of the series that is being read.</summary>
    public double SeriesLast { get; set; }

    public SketchCounts Sketch { get; } = sketch;

    /// <summary>What was read since the beginning, group after group.</summary>
    public IReadOnlyList<MetricExplainedSeries> Explained => _explained;

    /// <summary>Begins another group.</summary>
    public void Begin()
    {
        Sketch.Clear();
        (HasValue, Sum, Count, Min, Max, Last, SeriesLast) = (false, 0, 0, double.PositiveInfinity, double.NegativeInfinity, 0, 0);
    }

    public void AddValues(long count, double sum, double min, double max)
    {
        HasValue = true;
        Count += count;
        Sum += sum;
        Min = Math.Min(Min, min);
        Max = Math.Max(Max, max);
    }

    /// <summary>Adds a slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="length">Its length in slots of 10 seconds.</param>
    /// <typeparam name="T">The slot's type.</typeparam>
    public void Add<T>(ref T slot, int length)
        where T : struct, ISlot<T>
    {
        slot.AddTo(this);
        if (Explains)
            _slots.Add(slot.Describe(clock.WallOf((long)slot.Number * length * WindowLayout.TicksOfSlot), TimeSpan.FromTicks(length * WindowLayout.TicksOfSlot)));
    }

    /// <summary>Adds slots of 10 seconds, the oldest first.</summary>
    public void Add<T>(Span<T> slots)
        where T : struct, ISlot<T>
    {
        if (!Explains)
        {
            T.AddTo(this, slots);
            return;
        }

        foreach (ref T slot in slots)
            Add(ref slot, 1);
    }

    /// <summary>Ends a series of the group.</summary>
    public void EndSeries(string metric, Series series)
    {
        Last += SeriesLast;
        SeriesLast = 0;
        if (!Explains)
            return;
        _explained.Add(new MetricExplainedSeries(metric, LabelSet.ToDictionary(series.Labels), _slots));
        _slots = [];
    }
}
