using System.Runtime.InteropServices;
using Varai.Monitoring.Sketches;

namespace Varai.Monitoring.Windows;

/// <summary>What a gauge was.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct GaugeSlot : ISlot<GaugeSlot>
{
    public int Number { get; set; }

    public int Count { get; set; }

    public double Last { get; set; }

    public double Min { get; set; }

    public double Max { get; set; }

    public double Sum { get; set; }

    public void Append(ref GaugeSlot later, SketchCounts scratch)
    {
        Count += later.Count;
        Last = later.Last;
        Min = Math.Min(Min, later.Min);
        Max = Math.Max(Max, later.Max);
        Sum += later.Sum;
    }

    public readonly void AddTo(QueryTotals totals)
    {
        totals.AddValues(Count, Sum, Min, Max);
        totals.SeriesLast = Last;
    }

    public readonly MetricSlot Describe(DateTimeOffset start, TimeSpan length) =>
        new(start, length) { Count = Count, Sum = Sum, Min = Min, Max = Max, Last = Last };
}
