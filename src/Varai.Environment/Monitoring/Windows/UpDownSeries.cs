using Varai.Monitoring.Sketches;

namespace Varai.Monitoring.Windows;

/// <summary>A total that grows and shrinks: a gauge that is known at any time, and has one value in each slot, its last.</summary>
internal sealed class UpDownSeries(KeyValuePair<string, string>[] labels) : Series(labels)
{
    private double _total;
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;
    private int _sampledSlot = -1;
    private double _sampled;
    private SlotHistory<GaugeSlot> _history;

    public override bool CanEnd => false;

    public override void Record(double value)
    {
        if (!double.IsFinite(value))
            return;
        double total = AtomicDouble.Add(ref _total, value);
        AtomicDouble.Min(ref _min, total);
        AtomicDouble.Max(ref _max, total);
        Touch();
    }

    public override void Read(in SlotRange range, QueryTotals totals) => _history.Read(range, totals);

    protected override void Move(bool isTouched, int slot, Series target, WindowLayout layout, SketchCounts scratch)
    {
        bool isNew = slot != _sampledSlot;
        if (!isTouched && !isNew)
            return;
        double total = Volatile.Read(ref _total);
        double min = Math.Min(Interlocked.Exchange(ref _min, double.PositiveInfinity), total);
        double max = Math.Max(Interlocked.Exchange(ref _max, double.NegativeInfinity), total);

        // Moved again within a slot, the new total takes the place of the one before.
        var sample = new GaugeSlot
        {
            Number = slot,
            Count = isNew ? 1 : 0,
            Last = total,
            Min = min,
            Max = max,
            Sum = isNew ? total : total - _sampled,
        };
        _history.Add(ref sample, layout, scratch);
        _sampledSlot = slot;
        _sampled = total;
    }
}
