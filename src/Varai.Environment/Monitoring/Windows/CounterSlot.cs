using System.Runtime.InteropServices;
using Varai.Monitoring.Sketches;

namespace Varai.Monitoring.Windows;

/// <summary>How much a counter grew.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct CounterSlot : ISlot<CounterSlot>
{
    public int Number { get; set; }

    public double Increase { get; set; }

    public void Append(ref CounterSlot later, SketchCounts scratch) => Increase += later.Increase;

    public readonly void AddTo(QueryTotals totals)
    {
        totals.HasValue = true;
        totals.Sum += Increase;
    }

    public static void AddTo(QueryTotals totals, Span<CounterSlot> slots)
    {
        // Hundreds of thousands of series are added up at each evaluation of alert rules.
        double sum = totals.Sum;
        foreach (ref CounterSlot slot in slots)
            sum += slot.Increase;
        totals.Sum = sum;
        totals.HasValue |= !slots.IsEmpty;
    }

    public readonly MetricSlot Describe(DateTimeOffset start, TimeSpan length) => new(start, length) { Sum = Increase };
}
