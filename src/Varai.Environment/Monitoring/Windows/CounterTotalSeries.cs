using Varai.Monitoring.Sketches;

namespace Varai.Monitoring.Windows;

/// <summary>A counter whose total is read from time to time. The first total is where it begins; a total that is less than the one before has
/// begun again at 0, as Prometheus has it.</summary>
internal sealed class CounterTotalSeries(KeyValuePair<string, string>[] labels) : Series(labels)
{
    private double _total = double.NaN;
    private double _increase;
    private SlotHistory<CounterSlot> _history;

    public override void Record(double value)
    {
        if (value is not (>= 0 and < double.PositiveInfinity))
            return;
        double before = Interlocked.Exchange(ref _total, value);
        if (!double.IsNaN(before))
            AtomicDouble.Add(ref _increase, value >= before ? value - before : value);
        Touch();
    }

    public override void Read(in SlotRange range, QueryTotals totals) => _history.Read(range, totals);

    protected override void Move(bool isTouched, int slot, Series target, WindowLayout layout, SketchCounts scratch)
    {
        if (!isTouched)
            return;
        var moved = new CounterSlot { Number = slot, Increase = Interlocked.Exchange(ref _increase, 0) };
        ((CounterTotalSeries)target)._history.Add(ref moved, layout, scratch);
    }
}
