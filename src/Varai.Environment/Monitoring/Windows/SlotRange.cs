using System.Runtime.InteropServices;

namespace Varai.Monitoring.Windows;

/// <summary>The slots that a query reads. Both ends lie on boundaries of the slots that are kept there, so that every slot is either in it or
/// not.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct SlotRange
{
    private readonly int _firstSlot;
    private readonly int _firstMinute;

    private SlotRange(WindowLayout layout, int open, int from, int to)
    {
        _firstSlot = layout.FirstSlot(open);
        _firstMinute = layout.FirstMinute(open) * WindowLayout.SlotsOfMinute;
        int oldest = layout.FirstTen(open) * WindowLayout.SlotsOfTen;
        To = Align(to);
        From = Math.Min(Align(Math.Max(Math.Min(from, To - 1), oldest)), To);
    }

    /// <summary>The first slot of 10 seconds.</summary>
    public int From { get; }

    /// <summary>The slot of 10 seconds after the last.</summary>
    public int To { get; }

    /// <summary>Whether all of it is older than what is kept.</summary>
    public bool IsEmpty => From == To;

    /// <param name="layout">What is kept.</param>
    /// <param name="open">The slot that is being written.</param>
    /// <param name="now">The time, in ticks.</param>
    /// <param name="at">Where the range ends, in ticks; null for now, with the slot that is being written.</param>
    /// <param name="length">How long it is.</param>
    public static SlotRange Create(WindowLayout layout, int open, long now, long? at, TimeSpan length)
    {
        bool isPast = at < now;
        long end = isPast ? at!.Value / WindowLayout.TicksOfSlot * WindowLayout.TicksOfSlot : now;
        int to = isPast ? (int)(end / WindowLayout.TicksOfSlot) : open + 1;
        long from = Math.Max(0, end - Math.Max(length.Ticks, WindowLayout.TicksOfSlot));
        return new SlotRange(layout, open, (int)(from / WindowLayout.TicksOfSlot), to);
    }

    // A minute is put together from slots older than the first one kept, which may be fewer than six yet.
    public bool HasMinute(int minute) => HasPart(minute, WindowLayout.SlotsOfMinute, _firstSlot);

    public bool HasTen(int ten) => HasPart(ten, WindowLayout.SlotsOfTen, _firstMinute);

    private bool HasPart(int number, int slots, int end) => number * slots >= From && Math.Min((number + 1) * slots, end) <= To;

    private int Align(int slot)
    {
        if (slot >= _firstSlot)
            return slot;
        int minute = slot - (slot % WindowLayout.SlotsOfMinute);
        return minute >= _firstMinute ? minute : slot - (slot % WindowLayout.SlotsOfTen);
    }
}
