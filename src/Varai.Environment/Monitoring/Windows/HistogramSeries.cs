using Varai.Monitoring.Sketches;

namespace Varai.Monitoring.Windows;

/// <summary>Values whose distribution counts. Values that are no number or infinite are left out.</summary>
internal sealed class HistogramSeries(KeyValuePair<string, string>[] labels) : Series(labels)
{
    private readonly SketchBins _positive = new();
    private SketchBins? _negative;
    private int _zeros;
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;
    private double _sum;
    private SlotHistory<HistogramSlot> _history;

    public override void Record(double value)
    {
        if (!double.IsFinite(value))
            return;
        AtomicDouble.Min(ref _min, value);
        AtomicDouble.Max(ref _max, value);
        AtomicDouble.Add(ref _sum, value);

        // Last: what is counted has been added.
        if (value >= SketchMapping.LeastMagnitude)
            _positive.Add(value);
        else if (value > -SketchMapping.LeastMagnitude)
            Interlocked.Increment(ref _zeros);
        else
            (Volatile.Read(ref _negative) ?? CreateNegative()).Add(-value);
        Touch();
    }

    public override void Read(in SlotRange range, QueryTotals totals) => _history.Read(range, totals);

    protected override void Move(bool isTouched, int slot, Series target, WindowLayout layout, SketchCounts scratch)
    {
        if (!isTouched)
            return;
        _positive.Drain(scratch, negative: false);
        _negative?.Drain(scratch, negative: true);
        scratch.AddZeros(Interlocked.Exchange(ref _zeros, 0));
        if (scratch.Total == 0)
            return;

        // A value that is being recorded may have one of its extremes or both in the slot before, and its count here.
        double min = Interlocked.Exchange(ref _min, double.PositiveInfinity);
        double max = Interlocked.Exchange(ref _max, double.NegativeInfinity);
        (min, max) = scratch.Include(min, max);
        var moved = new HistogramSlot
        {
            Number = slot,
            Count = scratch.Total,
            Sum = Interlocked.Exchange(ref _sum, 0),
            Min = min,
            Max = max,
            Bins = scratch.Encode(),
        };
        scratch.Clear();
        ((HistogramSeries)target)._history.Add(ref moved, layout, scratch);
    }

    private SketchBins CreateNegative()
    {
        var created = new SketchBins();
        return Interlocked.CompareExchange(ref _negative, created, comparand: null) ?? created;
    }
}
