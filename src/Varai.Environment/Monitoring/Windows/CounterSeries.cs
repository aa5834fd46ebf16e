using Varai.Monitoring.Sketches;

namespace Varai.Monitoring.Windows;

/// <summary>A counter that is told how much it grows. Negative and infinite values are no growth and are left out.</summary>
internal sealed class CounterSeries(KeyValuePair<string, string>[] labels) : Series(labels)
{
    private double _increase;
    private SlotHistory<CounterSlot> _history;

    public override void Record(double value)
    {
        if (value is not (>= 0 and < double.PositiveInfinity))
            return;
        AtomicDouble.Add(ref _increase, value);
        Touch();
    }

    public override void Read(in SlotRange range, QueryTotals totals)
    {
        // Whoever counts it is in this process: since the first time it is known what did not happen.
        if (FirstSlot >= 0 && FirstSlot < range.To && !range.IsEmpty)
            totals.HasValue = true;
        _history.Read(range, totals);
    }

    protected override void Move(bool isTouched, int slot, Series target, WindowLayout layout, SketchCounts scratch)
    {
        if (!isTouched)
            return;
        var moved = new CounterSlot { Number = slot, Increase = Interlocked.Exchange(ref _increase, 0) };
        if (moved.Increase > 0)
            ((CounterSeries)target)._history.Add(ref moved, layout, scratch);
    }
}
