using Varai.Monitoring.Sketches;

namespace Varai.Monitoring.Windows;

/// <summary>A value that each measurement replaces. Measurements that are no number or infinite are left out.</summary>
internal sealed class GaugeSeries(KeyValuePair<string, string>[] labels) : Series(labels)
{
    private double _last;
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;
    private double _sum;
    private int _count;
    private SlotHistory<GaugeSlot> _history;

    public override void Record(double value)
    {
        if (!double.IsFinite(value))
            return;
        Volatile.Write(ref _last, value);
        AtomicDouble.Min(ref _min, value);
        AtomicDouble.Max(ref _max, value);
        AtomicDouble.Add(ref _sum, value);

        // Last: what is counted has been added.
        Interlocked.Increment(ref _count);
        Touch();
    }

    public override void Read(in SlotRange range, QueryTotals totals) => _history.Read(range, totals);

    protected override void Move(bool isTouched, int slot, Series target, WindowLayout layout, SketchCounts scratch)
    {
        if (!isTouched || Interlocked.Exchange(ref _count, 0) is not (var count and > 0))
            return;
        double last = Volatile.Read(ref _last);

        // A measurement that is being recorded may have its extremes in this slot and its count in the next.
        double min = Math.Min(Interlocked.Exchange(ref _min, double.PositiveInfinity), last);
        double max = Math.Max(Interlocked.Exchange(ref _max, double.NegativeInfinity), last);
        double sum = Interlocked.Exchange(ref _sum, 0);
        var moved = new GaugeSlot { Number = slot, Count = count, Last = last, Min = min, Max = max, Sum = sum };
        ((GaugeSeries)target)._history.Add(ref moved, layout, scratch);
    }
}
