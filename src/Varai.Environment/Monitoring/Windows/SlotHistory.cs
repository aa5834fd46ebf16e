using System.Runtime.InteropServices;
using Varai.Monitoring.Sketches;

namespace Varai.Monitoring.Windows;

/// <summary>All slots of a series. A struct to save memory: held in a field, never copied.</summary>
/// <typeparam name="T">The slots.</typeparam>
[StructLayout(LayoutKind.Auto)]
internal struct SlotHistory<T>
    where T : struct, ISlot<T>
{
    private SlotRing<T> _slots;
    private RollUps? _rollUps;

    public void Add(ref T slot, WindowLayout layout, SketchCounts scratch)
    {
        while (_slots.TryTake(slot.Number - layout.Slots, out T old))
        {
            old.Number /= WindowLayout.SlotsOfMinute;
            (_rollUps ??= new RollUps()).Add(ref old, layout, scratch);
        }

        _slots.Add(ref slot, scratch);
    }

    /// <summary>Adds the values in a range to those of a query, the oldest first.</summary>
    public readonly void Read(in SlotRange range, QueryTotals totals)
    {
        _rollUps?.Read(range, totals);
        int from = _slots.IndexOf(range.From);
        int to = _slots.IndexOf(range.To);
        totals.Add(_slots.Older(from, to));
        totals.Add(_slots.Newer(from, to));
    }

    private sealed class RollUps
    {
        private SlotRing<T> _minutes;
        private SlotRing<T> _tens;

        public void Add(ref T minute, WindowLayout layout, SketchCounts scratch)
        {
            while (_minutes.TryTake(minute.Number - layout.Minutes, out T old))
            {
                old.Number /= WindowLayout.MinutesOfTen;
                while (_tens.TryTake(old.Number - layout.TenMinutes, out _))
                {
                    // Too old for anybody.
                }

                _tens.Add(ref old, scratch);
            }

            _minutes.Add(ref minute, scratch);
        }

        public void Read(in SlotRange range, QueryTotals totals)
        {
            for (int i = 0; i < _tens.Count; i++)
            {
                ref T ten = ref _tens[i];
                if (range.HasTen(ten.Number))
                    totals.Add(ref ten, WindowLayout.SlotsOfTen);
            }

            for (int i = 0; i < _minutes.Count; i++)
            {
                ref T minute = ref _minutes[i];
                if (range.HasMinute(minute.Number))
                    totals.Add(ref minute, WindowLayout.SlotsOfMinute);
            }
        }
    }
}
