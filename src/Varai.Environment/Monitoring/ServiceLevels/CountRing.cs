namespace Varai.Monitoring.ServiceLevels;

/// <summary>Counts in slots of one length, of which the last ones are kept. Not safe for two threads.</summary>
/// <param name="length">The length of a slot.</param>
/// <param name="slots">How many are kept.</param>
internal sealed class CountRing(TimeSpan length, int slots)
{
    private readonly long[] _good = new long[slots];
    private readonly long[] _valid = new long[slots];
    private long _latest = -1;

    public TimeSpan Length => length;

    /// <summary>How far back it can be asked, whatever part of the present slot is over.</summary>
    public TimeSpan Reach => length * (slots - 1);

    /// <summary>The bytes of its counts.</summary>
    public int Size => slots * 2 * sizeof(long);

    /// <summary>Adds events; those from before what is kept are left out.</summary>
    public void Add(DateTimeOffset at, long good, long valid) => Add(SlotOf(at), good, valid);

    /// <summary>The events from the slot that a moment falls into to the one that another does.</summary>
    public (long Good, long Valid) Sum(DateTimeOffset from, DateTimeOffset to)
    {
        (long good, long valid) = (0, 0);
        for (long slot = Math.Max(SlotOf(from), First); slot <= Math.Min(SlotOf(to), _latest); slot++)
        {
            good += _good[slot % slots];
            valid += _valid[slot % slots];
        }

        return (good, valid);
    }

    public CountRingDocument Write()
    {
        long first = First;
        while (first <= _latest && _valid[first % slots] == 0)
            first++;
        var counts = new List<long>();
        for (long slot = first; slot <= _latest; slot++)
            counts.AddRange([_good[slot % slots], _valid[slot % slots]]);
        return new CountRingDocument((long)length.TotalSeconds, first, counts);
    }

    public void Read(CountRingDocument document)
    {
        for (int i = 0; i + 1 < document.Counts.Count; i += 2)
            Add(document.First + (i / 2), document.Counts[i], document.Counts[i + 1]);
    }

    private long First => Math.Max(0, _latest - slots + 1);

    private void Add(long slot, long good, long valid)
    {
        if (slot < First)
            return;
        for (long s = Math.Max(_latest + 1, slot - slots + 1); s <= slot; s++)
            (_good[s % slots], _valid[s % slots]) = (0, 0);
        _latest = Math.Max(_latest, slot);
        _good[slot % slots] += good;
        _valid[slot % slots] += valid;
    }

    private long SlotOf(DateTimeOffset at) => Math.Max(0, (at - DateTimeOffset.UnixEpoch).Ticks / length.Ticks);
}
