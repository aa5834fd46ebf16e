using System.Runtime.InteropServices;
using Varai.Monitoring.Sketches;

namespace Varai.Monitoring.Windows;

/// <summary>How the values of a histogram were distributed.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct HistogramSlot : ISlot<HistogramSlot>
{
    public int Number { get; set; }

    public long Count { get; set; }

    public double Sum { get; set; }

    public double Min { get; set; }

    public double Max { get; set; }

    /// <summary>The sketch; see <see cref="SketchEncoding"/>.</summary>
    public byte[] Bins { get; set; }

    public void Append(ref HistogramSlot later, SketchCounts scratch)
    {
        Count += later.Count;
        Sum += later.Sum;
        Min = Math.Min(Min, later.Min);
        Max = Math.Max(Max, later.Max);
        scratch.Add(Bins);
        scratch.Add(later.Bins);
        Bins = scratch.Encode();
        scratch.Clear();
    }

    public readonly void AddTo(QueryTotals totals)
    {
        totals.AddValues(Count, Sum, Min, Max);
        if (totals.WantsSketch)
            totals.Sketch.Add(Bins);
    }

    public readonly MetricSlot Describe(DateTimeOffset start, TimeSpan length) =>
        new(start, length) { Count = Count, Sum = Sum, Min = Min, Max = Max };
}
