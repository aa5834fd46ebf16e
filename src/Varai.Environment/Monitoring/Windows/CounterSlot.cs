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

    public readonly MetricSlot Describe(DateTimeOffset start, TimeSpan length) => new(start, length) { Sum = Increase };
}
